package dev.rubicon.engine;

import dev.rubicon.plan.Work;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One step to be done on a target.
 *
 * @param work what to do: the step's own work, or that of its rollback; {@link Work.Check} only writes the ledger
 * @param checksum over the work's text; two orders of one step with different checksums are different work
 * @param migration the name that stands in the ledger beside the step
 * @param stallBudget the longest that the application may wait for a lock that this step asks for
 * @param burst how long one call may try to get the locks before it answers {@link StepOutcome.Waiting}
 * @param deadline the longest that a statement outside a transaction may run
 * @param note who decided on this, and why; it stands in the ledger of a skip, and beside the rows of a
 *     backfill that were set aside until now and may stay as they are. Null for what the plan says
 * @param countsRows whether the rows of its table are to be counted before the first batch of a backfill
 */
public record StepOrder(String plan, int revision, String digest, String step, Direction direction, Work work,
        long rollout, long run, int attempt, String checksum, String migration, Duration stallBudget, Duration burst,
        Duration deadline, @Nullable String note, boolean countsRows) {

    /** What the plan says, without a note. */
    public StepOrder(String plan, int revision, String digest, String step, Direction direction, Work work,
            long rollout, long run, int attempt, String checksum, String migration, Duration stallBudget,
            Duration burst, Duration deadline) {
        this(plan, revision, digest, step, direction, work, rollout, run, attempt, checksum, migration, stallBudget,
                burst, deadline, null, false);
    }

    /** The same in the other direction. */
    public StepOrder towards(Direction way) {
        return new StepOrder(plan, revision, digest, step, way, work, rollout, run, attempt, checksum, migration,
                stallBudget, burst, deadline, note, countsRows);
    }

    /** The same order with the decision that rows set aside stay as they are. */
    public StepOrder accepting(String because) {
        return new StepOrder(plan, revision, digest, step, direction, work, rollout, run, attempt, checksum, migration,
                stallBudget, burst, deadline, because, countsRows);
    }

    /** The same order for a step whose number of rows is asked about afterwards. */
    public StepOrder countingRows() {
        return new StepOrder(plan, revision, digest, step, direction, work, rollout, run, attempt, checksum, migration,
                stallBudget, burst, deadline, note, true);
    }

    /** The same step by a person's decision: not done, and counted as if it were. */
    public StepOrder skipped(Direction how, String because) {
        return new StepOrder(plan, revision, digest, step, how, work, rollout, run, attempt, checksum, migration,
                stallBudget, burst, deadline, because, countsRows);
    }
}
