package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.plan.DataLoss;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Changes of rows: no statement turns them back, for it does not know what was there. */
final class RowDrafts {

    private final Schema schema;

    RowDrafts(Schema schema) {
        this.schema = schema;
    }

    Undo insert(Action.Insert insert) {
        String why = "Which rows it puts into " + insert.table()
                + " the statement alone does not tell; delete them by their key";
        boolean overwrites = !insert.onConflict().isEmpty() && !schema.fresh(insert.table());
        return overwrites
                ? Undo.none(DataLoss.TOTAL,
                        why + ". ON CONFLICT DO UPDATE overwrites what rows held before; keep a copy "
                                + "of them")
                : Undo.unknown(why);
    }

    static Undo copy(Action.CopyInto copy) {
        return Undo.unknown("Which rows it puts into " + copy.table()
                + " the statement alone does not tell; delete them by their key");
    }

    Undo update(Action.Update update) {
        QualifiedName table = update.table();
        Expression where = update.where();
        boolean derived = update.assignments().stream().allMatch(each -> empty(table, each.column(), where));
        if (derived) {
            return Undo.none(DataLoss.NONE,
                    "It fills what was empty. Nothing that was there before is lost, and nothing "
                            + "has to be brought back");
        }
        return Undo.none(DataLoss.TOTAL, "The values that it overwrites in " + table
                + " are gone. Keep them in another column or table first")
                .counting(table, where == null ? null : where.sql());
    }

    /** Whether an assignment to the column overwrites nothing: statements made it, or only rows without a value are taken. */
    private boolean empty(QualifiedName table, String column, @Nullable Expression where) {
        boolean made = schema.fresh(table) || schema.column(table, column).filter(ColumnState::made).isPresent();
        return made || where != null && Pattern.compile(
                "(?<![\\w])\"?" + Pattern.quote(column) + "\"?\\s+IS\\s+NULL", Pattern.CASE_INSENSITIVE)
                .matcher(where.sql()).find() && !where.sql().toLowerCase(java.util.Locale.ROOT).contains(" or ");
    }

    Undo delete(Action.Delete delete) {
        Expression where = delete.where();
        return schema.fresh(delete.table())
                ? Undo.nothing(delete.table() + " is new and empty")
                : Undo.none(DataLoss.TOTAL,
                        "The rows that it deletes from " + delete.table() + " are gone. Keep a copy of them first")
                        .counting(delete.table(), where == null ? null : where.sql());
    }

    Undo merge(Action.Merge merge) {
        return schema.fresh(merge.table())
                ? Undo.nothing(merge.table() + " is new and empty")
                : Undo.none(DataLoss.TOTAL, "What it overwrites or deletes in " + merge.table()
                        + " is gone. Keep a copy of those rows first");
    }

    Undo truncate(Action.Truncate truncate) {
        QualifiedName first = truncate.tables().getFirst();
        return truncate.tables().stream().allMatch(schema::fresh)
                ? Undo.nothing("the tables are new and empty")
                : Undo.none(DataLoss.TOTAL, "All rows are gone with TRUNCATE"
                        + (truncate.cascade() ? ", and those of tables that reference them" : "")
                        + ". Restore them from a backup").counting(first, null);
    }
}
