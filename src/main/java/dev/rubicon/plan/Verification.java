package dev.rubicon.plan;

import org.jspecify.annotations.Nullable;

/** A question with an expected answer that decides whether a step holds. All queries run READ ONLY with a timeout. */
public sealed interface Verification {

    /** What holds when it succeeds, in the author's words. */
    String name();

    /** A query of one value. */
    record Query(String name, String sql, Expected expected) implements Verification {}

    /** The number of rows of the table that the step works on does not change. */
    record RowCountUnchanged(String name) implements Verification {}

    /** Two queries with equal results. */
    record Same(String name, String sql, String as) implements Verification {}

    /** The expected answer. */
    sealed interface Expected {}

    /** Exactly this value, compared as text; null means SQL's NULL. */
    record Value(@Nullable String text) implements Expected {}

    /** A number within both bounds, each included; a bound that is null is none. */
    record Between(java.math.@Nullable BigDecimal min, java.math.@Nullable BigDecimal max) implements Expected {}
}
