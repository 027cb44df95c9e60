package dev.rubicon.plan;

import org.jspecify.annotations.Nullable;

/**
 * The way back from a step.
 *
 * @param loss what going back loses, as the author declares it
 * @param window until when the way back holds, in the author's words
 * @param lossQuery a SELECT that counts the rows at risk now, or null
 */
public record Rollback(Way way, DataLoss loss, @Nullable String window, @Nullable String lossQuery) {

    /** The way's word in the plan format. */
    public String word() {
        return switch (way) {
            case Reverse reverse -> "sql";
            case Forward forward -> "forward";
            case Nothing nothing -> "nothing";
            case Impossible impossible -> "impossible";
        };
    }

    /** The statements that go back, or the author's reason why there are none. */
    public String text() {
        return switch (way) {
            case Reverse reverse -> WorkText.of(reverse.sql());
            case Forward forward -> WorkText.of(forward.work());
            case Nothing nothing -> nothing.why();
            case Impossible impossible -> impossible.why();
        };
    }

    /** Whether going back leaves something destroyed that existed before the step. */
    public boolean destroys() {
        return loss == DataLoss.TOTAL || way instanceof Impossible;
    }

    /** Exactly one of four. */
    public sealed interface Way {}

    /** Statements that undo the step. */
    public record Reverse(Work.Sql sql) implements Way {}

    /** The schema stays; a corrective statement or backfill mends the data. */
    public record Forward(Work work) implements Way {}

    /** There is nothing to undo. */
    public record Nothing(String why) implements Way {}

    /** There is no way back. */
    public record Impossible(String why) implements Way {}
}
