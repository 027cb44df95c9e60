package dev.rubicon.execution.backfill;

import java.time.Duration;

/**
 * How many rows a batch looks at, so that it lasts as long as it should: row locks are held until a batch commits. Grows
 * by half at most, and shrinks at once to what would have lasted long enough.
 */
final class BatchSize {

    static final long FIRST = 1_000;
    private static final long MOST = 200_000;
    private static final double GROWTH = 1.5;
    private static final double DEEPEST_CUT = 0.1;
    /** Longer by less than this is noise. */
    private static final double TOLERANCE = 1.25;
    /** Where few rows match, a batch that suddenly matches throughout may last so many times too long, and no more. */
    private static final double SURPRISE = 10;
    /** What a change costs until it was seen. */
    private static final double USUAL_NANOS = 10_000;

    private final double target;
    private double rows = FIRST;
    private double nanosPerChange = USUAL_NANOS;

    BatchSize(Duration target) {
        this.target = target.toNanos();
    }

    long rows() {
        return Math.max(1, (long) rows);
    }

    /**
     * A batch has ended.
     *
     * @param scanned rows that it looked at
     * @param changed rows that it changed
     */
    void after(long scanned, long changed, Duration took) {
        double nanos = Math.max(1, took.toNanos());
        if (changed > 0) {
            // where few rows match most of the time went into looking: then it is no more than an upper bound
            double each = nanos / changed;
            nanosPerChange = changed >= scanned / 2
                    ? (nanosPerChange * 3 + each) / 4
                    : Math.min(nanosPerChange, each);
        }
        if (nanos > target * TOLERANCE) {
            rows = Math.min(rows, Math.max(1, scanned) * Math.max(DEEPEST_CUT, target / nanos));
        } else if (scanned >= rows / 2) {
            rows = Math.max(rows, Math.min(rows * GROWTH, scanned * target / nanos));
        }
        rows = Math.clamp(rows, 1, Math.clamp(SURPRISE * target / nanosPerChange, 1, MOST));
    }
}
