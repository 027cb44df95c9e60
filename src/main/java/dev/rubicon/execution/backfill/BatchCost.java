package dev.rubicon.execution.backfill;

/**
 * What a batch costs whatever its size, like a slow commit or a busy machine, told apart from what its rows cost: the
 * line through the batches seen lately by least squares, of which each counts less than the next. Errors count in
 * proportion to the time of a batch.
 */
final class BatchCost {

    private static final double KEPT = 0.9;
    /** What the line foretold so many times wrong has changed, and little of what was seen before holds. */
    private static final double SURPRISE = 1.6;
    private static final double KEPT_IN_SURPRISE = 0.1;
    /** How strongly the fixed part stays as it was; batches of one size tell nothing about it. */
    private static final double INERTIA = 0.02;
    /** At least this part of any batch went into its rows. */
    private static final double FOR_ROWS = 0.02;

    private final double usual;
    private double weights;
    private double rows;
    private double squares;
    private double times;
    private double products;
    private double fixed;
    private double each;

    /** @param usual nanoseconds of a batch below which errors count all the same */
    BatchCost(double usual) {
        this.usual = usual;
    }

    void add(double scanned, double nanos) {
        double wrong = nanos / (fixed + each * scanned);
        boolean surprise = weights > 0 && (wrong > SURPRISE || wrong < 1 / SURPRISE);
        // the longer a batch the less its error counts, so that the old ones must count the less against it
        double kept = surprise ? KEPT_IN_SURPRISE / Math.max(1, wrong * wrong) : KEPT;
        double weight = 1 / Math.pow(Math.max(nanos, usual), 2);
        weights = weights * kept + weight;
        rows = rows * kept + weight * scanned;
        squares = squares * kept + weight * scanned * scanned;
        times = times * kept + weight * nanos;
        products = products * kept + weight * scanned * nanos;
        double inert = INERTIA * weights;
        fixed = Math.max(0, ((times + inert * fixed) * squares - rows * products)
                / ((weights + inert) * squares - rows * rows));
        each = Math.max(0, (products - fixed * rows) / squares);
    }

    /** Nanoseconds of a batch that took so many which did not go into its rows. */
    double fixedOf(double nanos) {
        return Math.min(fixed, nanos * (1 - FOR_ROWS));
    }
}
