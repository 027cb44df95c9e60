package dev.rubicon.engine;

import dev.rubicon.registry.BackfillLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who looks on while a step is done. Called from the session's thread; must return quickly. */
public interface StepWatch {

    /** The session's backend on the target, before the first statement. */
    void started(int backendPid);

    /** At most a few times a second. */
    void progress(Progress progress);

    /** The step is about to wait, for these. */
    void waiting(String message, List<Holder> holders);

    /** A backfill stands still, for this: it goes on by itself as soon as the target bears it. */
    default void standsStill(String message) {}

    /** Whatever the step waited for is over, and it goes on by itself. */
    void goesOn();

    /**
     * What was seen of the step's locks since this was told last: at the end of each call, and now and then before it. Not told
     * of shadows, which have an observer.
     */
    default void locked(LocksSeen seen) {}

    /** Asked between tries, between batches and, for long statements, about once a second. */
    Signal signal();

    /** A cancel was sent to the backend that runs the step, for what {@link #signal} answered. */
    default void cancelSent(int backendPid) {}

    /** The speed of a backfill: 1 is full, 0 stands still. Asked before each batch. */
    double speed();

    /** The limits of backfills on the target as they are now. Asked about once a second. */
    default BackfillLimits limits() {
        return BackfillLimits.usual();
    }

    /** What is asked of the running step. */
    enum Signal {
        /** Go on. */
        GO_ON,
        /** Stop at the next place from which it can be resumed. */
        PAUSE,
        /** Stop now; what is not committed is rolled back. */
        CANCEL
    }

    /**
     * @param phase what is being done, like {@code copying} or PostgreSQL's own words for an index build
     * @param done units done, of {@code total}; {@code total} is null while unknown
     * @param unit what is counted, like {@code rows} or {@code blocks}
     * @param changed rows changed so far, or -1
     * @param perSecond units per second over the last seconds
     * @param backfill how a backfill goes, or null for all other work
     */
    record Progress(String phase, long done, @Nullable Long total, String unit, long changed, double perSecond,
            @Nullable Backfill backfill) {

        public Progress(String phase, long done, @Nullable Long total, String unit, long changed, double perSecond) {
            this(phase, done, total, unit, changed, perSecond, null);
        }
    }

    /**
     * @param pass 1 for the copy, higher for the sweeps after it
     * @param walk along what the table is walked, in a word, and why so
     * @param lanes how many batches run at once
     * @param batchRows rows that the next batch of a lane will look at
     * @param batchMillis how long a batch took lately
     * @param quarantined rows set aside because they cannot be changed
     * @param walBytes write-ahead log that the server wrote since this try began, by whomever; null where it does not say
     * @param leftLow seconds to the end of this pass if all goes well, or null while that cannot be said
     * @param leftHigh seconds to the end if it goes as slowly as it sometimes did
     * @param brake how fast it goes and what slows it down, in a sentence; null where an older version wrote this
     * @param throttle what it is slowed down by, each as it was read last; null like the brake
     */
    record Backfill(int pass, String walk, String why, int lanes, long batchRows, long batchMillis, int quarantined,
            @Nullable Long walBytes, @Nullable Long leftLow, @Nullable Long leftHigh, @Nullable String brake,
            @Nullable List<Gauge> throttle) {}

    /**
     * @param name of the {@link Strain}, like {@code replica-lag}
     * @param state {@code known}; {@code absent} for what does not apply here or may not be read; {@code unknown} for what
     *     could not be read lately
     * @param value the reading in the unit; null unless known
     * @param limit at which the backfill stands still; null unless known, and where it only slows down
     * @param utilization from 0 for none of the limit to 1 for all of it and more
     * @param words the reading and its limit, or why there is none
     */
    record Gauge(String name, String title, String state, @Nullable Double value, @Nullable Double limit, String unit,
            double utilization, String words) {}
}
