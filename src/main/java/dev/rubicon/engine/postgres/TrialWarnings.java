package dev.rubicon.engine.postgres;

import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to know before a backfill runs. */
final class TrialWarnings {

    private static final double ENOUGH_HOT = 0.5;

    private final Connection connection;
    private final BackfillTable table;
    private final Work.Backfill work;
    private final List<String> all = new ArrayList<>();

    TrialWarnings(Connection connection, BackfillTable table, Work.Backfill work) {
        this.connection = connection;
        this.table = table;
        this.work = work;
    }

    List<String> all() {
        return List.copyOf(all);
    }

    void add(String warning) {
        all.add(warning);
    }

    /** Those that no batch shows. */
    void beforehand() throws SQLException {
        if (table.key().isEmpty()) {
            all.add(table.sql()
                    + " has no primary key and no unique index over NOT NULL columns: rows that cannot be changed "
                    + "can only be named by their place");
        }
        if (work.record() != null) {
            all.add("It was tried without the record of old values, which costs a row written for each row changed");
        }
        triggers();
    }

    /** Triggers on the partitions hang there by themselves too. */
    private void triggers() throws SQLException {
        int event = work.delete() ? 8 : 16;
        if (work.into() != null) {
            return;
        }
        List<String> firing = Rows.list(connection, """
                SELECT DISTINCT tgname FROM pg_trigger
                WHERE tgrelid = to_regclass(?) AND NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & ? <> 0
                  AND (cardinality(tgattr::int2[]) = 0 OR EXISTS (
                          SELECT FROM pg_attribute a
                          WHERE a.attrelid = tgrelid AND a.attnum = ANY (tgattr::int2[]) AND a.attname = ANY (?::text[])))
                ORDER BY tgname""", row -> row.getString(1), table.sql(), event,
                work.set().keySet().toArray(String[]::new));
        if (!firing.isEmpty()) {
            all.add("Triggers fire with each batch: " + String.join(", ", firing));
        }
    }

    /** Some rows that a batch changed match 'where' still. */
    void stillMatching(long rows, @Nullable String example) {
        if (rows > 0) {
            all.add("'where' does not become false by the change: %d rows of the batch match it still, for example the one with %s. A run would fail"
                    .formatted(rows, example));
        }
    }

    void tried(long changed, long hot) {
        if (!work.delete() && work.into() == null && changed > 0 && hot < changed * ENOUGH_HOT) {
            all.add("Only %d of the %d rows changed found room in their own block (HOT): each of the others writes to every index of the table. A smaller fillfactor leaves room; an index over a column that is set cannot be spared"
                    .formatted(hot, changed));
        }
        if (changed == 0) {
            all.add("No row of the tried batches matched: the time says what looking costs, and not what changing does");
        }
    }
}
