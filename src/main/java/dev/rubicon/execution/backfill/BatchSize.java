package dev.rubicon.execution.backfill;

import java.time.Duration;

/**
 * How many rows a batch looks at, so that it lasts as long as it should: row locks are held until a batch commits. Grows
 * by half at most, and shrinks at once to what would have lasted long enough.
 *
 * <p>Fewer rows shorten only what the rows take. Where the rest takes most of the time already, the rows may take as long
 * again, up to the target: still smaller batches would hardly be shorter, and do hardly anything.
 */
final class BatchSize {

    static final long FIRST = 1_000;
    private static final long MOST = 200_000;
    private static final double GROWTH = 1.5;
    private static final double DEEPEST_CUT = 0.1;
    /** A batch of far fewer rows than asked for, as at the end of a range, tells less about others. */
    private static final double CUT_BY_FEW = 0.5;
    /** Longer by less than this is noise. */
    private static final double TOLERANCE = 1.25;
    /** Every so many batches one is smaller: batches of one size never tell what they would take without their rows. */
    private static final int TRIAL = 8;
    private static final double OF_TRIAL = 2.0 / 3;
    /** Of fewer rows than that, one of still fewer tells nothing: the trial is one of a row more. */
    private static final int FEW = 10;
    /** Where few rows match, a batch that suddenly matches throughout may last so many times too long, and no more. */
    private static final double SURPRISE = 10;
    /** What a change costs until it was seen. */
    private static final double USUAL_NANOS = 10_000;

    private double target;
    private final BatchCost cost;
    private double rows = FIRST;
    private double nanosPerChange = USUAL_NANOS;
    private int batches;

    BatchSize(Duration target) {
        this.target = target.toNanos();
        this.cost = new BatchCost(this.target);
    }

    /** How long a batch should last from now on. */
    void lasting(Duration wanted) {
        target = wanted.toNanos();
    }

    long rows() {
        if (batches % TRIAL != TRIAL - 1) {
            return Math.max(1, (long) rows);
        }
        return rows < FEW ? Math.min((long) rows + 1, (long) most()) : (long) (rows * OF_TRIAL);
    }

    private double most() {
        return Math.clamp(SURPRISE * target / nanosPerChange, 1, MOST);
    }

    /**
     * A batch has ended.
     *
     * @param scanned rows that it looked at
     * @param changed rows that it changed
     */
    void after(long scanned, long changed, Duration took) {
        batches++;
        double looked = Math.max(1, scanned);
        double nanos = Math.max(1, took.toNanos());
        cost.add(looked, nanos);
        double fixed = cost.fixedOf(nanos);
        double ofRows = nanos - fixed;
        double due = Math.max(target - fixed, Math.min(fixed, target));
        double wanted = looked * due / ofRows;
        boolean whole = scanned >= rows / 2;
        if (nanos > (fixed + due) * TOLERANCE) {
            rows = Math.min(rows, Math.max(rows * (whole ? DEEPEST_CUT : CUT_BY_FEW), wanted));
        } else if (whole) {
            rows = Math.max(rows, Math.min(rows * GROWTH, wanted));
        }
        priceOfChange(scanned, changed, ofRows, whole);
        rows = Math.clamp(rows, 1, most());
    }

    private void priceOfChange(long scanned, long changed, double nanos, boolean whole) {
        if (changed > 0) {
            // where few rows match most of the time went into looking: then it is no more than an upper bound
            double each = nanos / changed;
            nanosPerChange = whole && changed >= scanned / 2
                    ? (nanosPerChange * 3 + each) / 4
                    : Math.min(nanosPerChange, each);
        }
    }
}
