package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.DataLoss;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one action is undone.
 *
 * @param way whether there is one
 * @param sql the statements, without semicolons; empty unless there is a way
 * @param risk the rows that it would lose, or that stand in its way
 */
record Undo(Way way, List<String> sql, DataLoss loss, @Nullable Risk risk, @Nullable String window, String why) {

    /** Whether there is a way back. */
    enum Way {
        BY_SQL, NOTHING_TO_UNDO, NONE
    }

    /** @param condition null for all rows */
    record Risk(QualifiedName table, @Nullable String condition) {

        String query() {
            return "SELECT count(*) FROM " + table.sql() + (condition == null ? "" : " WHERE " + condition);
        }
    }

    static Undo by(String why, String... sql) {
        return new Undo(Way.BY_SQL, List.of(sql), DataLoss.NONE, null, null, why);
    }

    static Undo nothing(String why) {
        return new Undo(Way.NOTHING_TO_UNDO, List.of(), DataLoss.NONE, null, null, "Nothing to undo: " + why);
    }

    /** No way back, though nothing is lost for it. */
    static Undo unknown(String why) {
        return none(DataLoss.NONE, why);
    }

    /** @param loss what the statement itself loses for good */
    static Undo none(DataLoss loss, String why) {
        return new Undo(Way.NONE, List.of(), loss, null, null, why);
    }

    Undo losing(DataLoss other) {
        return new Undo(way, sql, other, risk, window, why);
    }

    Undo counting(QualifiedName table, @Nullable String condition) {
        return new Undo(way, sql, loss, new Risk(table, condition), window, why);
    }

    /** @param until in words that begin with until or while */
    Undo within(String until) {
        return new Undo(way, sql, loss, risk, until, why);
    }

    Undo adding(String sentence) {
        return new Undo(way, sql, loss, risk, window, why + ". " + sentence);
    }
}
