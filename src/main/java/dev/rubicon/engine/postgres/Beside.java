package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a backfill has to do with beside the one that it walks over: those that it joins, or the one that it fills.
 *
 * @param tables as they stand in statements; empty where there are none, or not all of them are ordinary tables
 * @param names those under which they are joined, quoted
 */
record Beside(List<String> tables, List<String> names) {

    private static final Beside NONE = new Beside(List.of(), List.of());

    static Beside of(Connection connection, Fragments fragments, Work.Backfill work) throws SQLException {
        if (work.into() != null) {
            return of(connection, List.of(new Fragments.Joined(fragments.table("into", work.into()), "")));
        }
        List<Fragments.Joined> joined = work.from() == null ? null : fragments.joined(work.from());
        return joined == null ? NONE : of(connection, joined);
    }

    private static Beside of(Connection connection, List<Fragments.Joined> joined) throws SQLException {
        for (Fragments.Joined one : joined) {
            if (!Rows.first(connection, "SELECT relkind IN ('r', 'p') FROM pg_class WHERE oid = to_regclass(?)",
                    row -> row.getBoolean(1), one.table().sql()).orElse(false)) {
                return NONE;
            }
        }
        return new Beside(joined.stream().map(one -> one.table().sql()).toList(),
                joined.stream().map(one -> Identifiers.quote(one.alias())).toList());
    }

    boolean known() {
        return !tables.isEmpty();
    }

    /**
     * Tuples that others have written there since the backfill began, those of aborted transactions too.
     *
     * @param written null where that is not known
     * @param deleted among them
     */
    record Others(@Nullable Long written, @Nullable Long deleted) {

        static final Others UNKNOWN = new Others(null, null);

        boolean wroteNothing() {
            return written != null && written == 0;
        }

        boolean deletedNothing() {
            return deleted != null && deleted == 0;
        }
    }
}
