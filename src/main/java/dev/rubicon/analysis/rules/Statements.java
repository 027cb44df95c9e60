package dev.rubicon.analysis.rules;

import dev.rubicon.engine.Script;
import dev.rubicon.plan.PhaseKind;
import dev.rubicon.plan.Place;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statements that one step has in one direction for one use.
 *
 * @param step the step's name, or null for a script that belongs to no plan
 * @param phase the phase's index, or -1 for such a script
 * @param purpose what the phase is for, or null for such a script
 * @param direction {@code forward} or {@code rollback}
 */
public record Statements(@Nullable String step, int phase, @Nullable PhaseKind purpose, String direction, Use use,
        List<Text> texts) {

    /** What the texts are for. */
    public enum Use {
        /** Statements that change the target. */
        WORK,
        /** One SELECT: a verification or a loss query. */
        QUERY,
        /** A value or condition of a backfill or an index. */
        EXPRESSION,
        /** One element of an index: a CREATE INDEX with nothing else in it. */
        ELEMENT,
        /** The index that a declaration stands for: it changes the target, but its text is Rubicon's own. */
        DECLARED
    }

    /**
     * One text of the author.
     *
     * @param source as the author wrote it
     * @param script what the grammar made of it
     * @param places from an offset in the script to the place in the document
     */
    public record Text(String source, Script script, IntFunction<Place> places) {}

    /** One statement with its place. */
    public record Located(Script.Statement statement, Place place) {}

    public Stream<Located> all() {
        return texts.stream().flatMap(text -> text.script().statements().stream()
                .map(statement -> new Located(statement, text.places().apply(statement.offset()))));
    }

    public boolean readable() {
        return texts.stream().allMatch(text -> text.script().error() == null);
    }

    public Place place() {
        return texts.getFirst().places().apply(0);
    }

    /** The direction and step in words, to begin a message with. */
    public String subject() {
        return step == null ? "The script" : direction.equals("rollback") ? "The rollback of " + step : "Step " + step;
    }
}
