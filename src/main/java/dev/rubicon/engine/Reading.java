package dev.rubicon.engine;

import org.jspecify.annotations.Nullable;

/** What one look at a target saw of a {@link Strain}. */
public sealed interface Reading {

    Strain of();

    /** What was seen or why nothing was, for a reader. */
    String words();

    /**
     * It could be read.
     *
     * @param limit at which a backfill stands still, or null where it only slows it down
     * @param utilization 0 for none of the limit, 1 for all of it
     */
    record Known(Strain of, double value, @Nullable Double limit, double utilization,
            String words) implements Reading {}

    /** It does not apply here: there is no replica, or this role may not read it. */
    record Absent(Strain of, String words) implements Reading {}

    /** It could not be read this time. */
    record Unknown(Strain of, String words) implements Reading {}

    /** A value of which all of the limit may be used. */
    static Known of(Strain of, double value, double limit) {
        return new Known(of, value, limit, Math.max(0, value / limit), of.words(value) + " of " + of.words(limit));
    }

    /** How many times longer than usual something takes; its usual time uses nothing of the limit. */
    static Known slower(Strain of, double factor, double limit) {
        return new Known(of, factor, limit, Math.max(0, (factor - 1) / (limit - 1)),
                of.words(factor) + " its usual time, of " + of.words(limit));
    }
}
