package dev.rubicon.engine;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one call of {@link TargetSession#perform} ended. */
public sealed interface StepOutcome {

    /** The cause of a backfill's failure when only rows are left that it had to set aside. */
    String QUARANTINED = "quarantined";

    /**
     * The step is in effect, and the ledger says so.
     *
     * @param before whether it already was when the call came: nothing was executed
     * @param rows rows changed, or -1 where that says nothing
     * @param rowCountChange rows that the work itself added to or took from its table; 0 unless it inserts or deletes
     * @param compared what a comparison answered; empty for all other work
     */
    record Done(boolean before, long rows, long rowCountChange, String message, List<Comparison> compared)
            implements
                StepOutcome {

        public Done(boolean before, long rows, long rowCountChange, String message) {
            this(before, rows, rowCountChange, message, List.of());
        }
    }

    /** The locks were not to be had within the burst; nothing is held, nothing changed. */
    record Waiting(String message, List<Holder> holders) implements StepOutcome {}

    /**
     * The step did not take effect.
     *
     * @param cause stable word for the kind of failure, like {@code statement-failed} or {@code other-checksum}
     * @param sqlState PostgreSQL's, or null
     */
    record Failed(String cause, String message, @Nullable String sqlState, Map<String, Object> facts)
            implements
                StepOutcome {}

    /**
     * The watch asked to stop, and the step stopped.
     *
     * @param observed what became of the statement: rolled back, between two batches, or not begun
     */
    record Stopped(StepWatch.Signal signal, String observed) implements StepOutcome {}

    /** Another run has taken the target since; this session may write no more. */
    record Fenced(long newerFence) implements StepOutcome {}

    /** The connection broke; whether the step took effect is for the ledger to say, at the next call. */
    record Lost(String message) implements StepOutcome {}
}
