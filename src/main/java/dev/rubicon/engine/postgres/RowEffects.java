package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_SHARE;
import static dev.rubicon.engine.facts.LockMode.ROW_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.ROW_SHARE;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ForeignKey;
import java.util.List;
import java.util.Locale;

/** What reading and writing rows does. The planner decides how much is read, unless there is no condition. */
final class RowEffects {

    private final Effects effects;

    RowEffects(Effects effects) {
        this.effects = effects;
    }

    void insert(Action.Insert insert) {
        effects.lock(insert.table(), ROW_EXCLUSIVE, "rows are inserted");
        reads(insert.reads());
    }

    void update(Action.Update update) {
        effects.lockFamily(update.table(), ROW_EXCLUSIVE, "rows are updated");
        reads(update.reads());
        if (update.where() == null) {
            effects.scanFamily(update.table());
            if (effects.mayHoldRows(update.table())) {
                update.assignments().stream().filter(each -> wasThere(update.table(), each.column()))
                        .forEach(each -> effects.destroys(
                                "the former values of " + effects.shown(update.table()) + "." + each.column()));
            }
        }
    }

    /** A column that the script itself added held nothing of anybody's. */
    private boolean wasThere(QualifiedName table, String column) {
        return effects.schema().column(table, column).filter(ColumnState::made).isEmpty();
    }

    void delete(Action.Delete delete) {
        effects.lockFamily(delete.table(), ROW_EXCLUSIVE, "rows are deleted");
        reads(delete.reads());
        if (delete.where() == null) {
            effects.scanFamily(delete.table());
        }
        if (effects.mayHoldRows(delete.table())) {
            effects.destroys(
                    (delete.where() == null ? "the rows of " : "rows of ") + effects.shown(delete.table()));
        }
        effects.schema().foreignKeysTo(delete.table()).forEach(this::follow);
    }

    /** Rows that reference a deleted one are deleted or changed too, where the foreign key says so. */
    private void follow(ForeignKey key) {
        String sql = key.constraint().definition().sql().toUpperCase(Locale.ROOT).replaceAll("\\s+", " ");
        if (sql.contains("ON DELETE CASCADE") || sql.contains("ON DELETE SET")) {
            effects.lockFamily(key.table(), ROW_EXCLUSIVE,
                    "its rows follow those they reference by " + key.constraint().name());
        }
    }

    void merge(Action.Merge merge) {
        effects.needs(15);
        effects.lockFamily(merge.table(), ROW_EXCLUSIVE, "rows are merged into it");
        reads(merge.reads());
    }

    void copyInto(Action.CopyInto copy) {
        effects.lock(copy.table(), ROW_EXCLUSIVE, "rows are copied into it");
    }

    void query(Action.Query query) {
        query.reads().forEach(each -> effects.lock(each, query.locksRows() ? ROW_SHARE : ACCESS_SHARE, "it is read"));
    }

    private void reads(List<QualifiedName> tables) {
        tables.forEach(each -> effects.lock(each, ACCESS_SHARE, "it is read"));
    }
}
