package dev.rubicon.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backfill taken up on a target: its ranges, the lanes that work on them, and what the target itself remembers of it.
 * How large a batch is, how many lanes there are and how fast batches follow each other is for the caller to decide.
 *
 * <p>Each lane is used by one thread at a time; lanes may work side by side. Everything else is called from the session's
 * thread, and while no lane works, except {@link #look} and {@link Lane#cancel}.
 */
public interface RangeWork extends AutoCloseable {

    /**
     * The pass to do now: the one that was broken off, or the first.
     *
     * @param ranges about how many ranges a large table is to be cut into
     * @throws StepEnded when the step cannot go on
     */
    Pass pass(int ranges);

    /**
     * What to do when all ranges of a pass are done: a sweep for rows that others held, moved or wrote meanwhile.
     *
     * @return empty when nothing is left
     * @throws StepEnded when the step cannot go on
     */
    Optional<Pass> sweep(int ranges);

    /**
     * Writes the step's ledger row and forgets the ranges.
     *
     * @throws StepEnded with {@code quarantined} when rows were set aside and not accepted
     */
    StepOutcome finish();

    /**
     * Opens the next lane; the first works on the session's own connection, each other one on a connection more.
     *
     * @throws TargetUnavailable when the target gives no further connection
     */
    Lane lane();

    /**
     * Makes sure that the target is still held, and looks at it, on no lane's connection. Called about once a second, and
     * before the first batch, which shows what is usual on the target.
     *
     * @throws StepEnded when it is not
     */
    Look look();

    @Override
    void close();

    /**
     * One way over the table.
     *
     * @param number 1 for the copy, higher for the sweeps, 0 for a comparison
     * @param walk along what it goes, in a word
     * @param why this walk was chosen, in a sentence
     * @param expected rows in all its ranges, done ones included, by the target's statistics; null while unknown
     * @param scanned rows in the ranges done, and in the done parts of others
     * @param changed rows changed in all passes so far
     * @param leavesLocked whether rows that others hold may be left to the sweeps
     * @param ranges those not yet done, in order
     * @param quarantined rows set aside so far
     */
    record Pass(int number, String walk, String why, @Nullable Long expected, long scanned, long changed,
            boolean leavesLocked, List<Range> ranges, int quarantined) {}

    /**
     * Part of a table, and how far it is done. Positions are the adapter's own.
     *
     * @param after the last position done, or null at the beginning of the table
     * @param until the last position of the range
     * @param expected rows in it, done ones included, or -1
     * @param scanned rows in its done part
     */
    record Range(int number, String relation, String walk, @Nullable List<String> after, List<String> until,
            long expected, long scanned) {}

    /** How a batch treats rows that others hold. */
    enum Manner {
        /** Waits a few milliseconds for them, in the hope that there are none: the cheapest. */
        SWIFT,
        /** Leaves them to a sweep. */
        SKIPPING,
        /** Waits for them as long as the stall budget allows. */
        WAITING
    }

    /**
     * The next rows of a range.
     *
     * @param rows how many to look at
     * @param timeout after which the batch is given up
     */
    record Batch(Range range, long rows, Manner manner, Duration timeout) {}

    /** How a batch ended; in all cases but the first it was rolled back. */
    sealed interface BatchEnd {

        /**
         * Committed, and the range's progress with it.
         *
         * @param range as it stands now
         * @param over whether it is done
         * @param scanned rows looked at
         */
        record Done(Range range, boolean over, long scanned, long changed) implements BatchEnd {}

        /** Locks were not to be had. */
        record Refused(String message) implements BatchEnd {}

        /**
         * The rows could not be changed: a constraint, an overflow, an exception of a trigger, or the timeout.
         *
         * @param rows how many the batch held
         */
        record Broken(long rows, String message, @Nullable String sqlState) implements BatchEnd {}

        /** The session has come to its end. */
        record Ended(StepOutcome outcome) implements BatchEnd {}
    }

    /** A connection that does batches, one after another. */
    interface Lane {

        BatchEnd perform(Batch batch);

        /**
         * Sets the next row of the range aside, with the error that it caused, and passes it by.
         *
         * @return {@code Done} with the range behind the row
         */
        BatchEnd quarantine(Range range, BatchEnd.Broken why);

        /** Who keeps the lane's statement waiting now. Called from the session's thread. */
        List<Holder> blockers();

        /** Breaks the lane's statement off. Called from the session's thread. */
        void cancel();
    }

    /**
     * @param wal bytes of write-ahead log that the server has ever written, or -1 where it does not say
     * @param readings of each strain that the target may be under, at most one of a kind
     */
    record Look(long wal, List<Reading> readings) {}
}
