package dev.rubicon.engine.postgres;

import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows with what expressions over them say.
 *
 * @param where asked of each row; null where it says nothing about a single row afterwards
 * @param unequal whether a row holds another value than it shall, in the columns where that can be asked; null for none
 * @param because why it cannot be asked of other columns, or null where there are none
 */
record RowComparison(BackfillTable table, @Nullable String where, @Nullable String unequal, @Nullable String because)
        implements
            ComparisonText.InPlace {

    static RowComparison of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table)
            throws SQLException {
        String where = work.where() == null || work.from() != null ? null : fragments.expression("where", work.where());
        AskedValues values = AskedValues.of(connection, fragments, table, work,
                value -> fragments.columns(value).stream().filter(work.set()::containsKey).findFirst()
                        .map(column -> "column " + column + ","));
        return new RowComparison(table, where, values.unequal(), values.because());
    }

    @Override
    public String count(Walk walk, @Nullable List<String> after, List<String> upTo, Evidence.Noted noted,
            @Nullable String aside) {
        return InPlace.counts("""
                SELECT %s AS rubicon_differs, %s AS rubicon_matches, %s AS rubicon_before, %s AS rubicon_after,
                       %s AS rubicon_late, %s AS rubicon_which
                FROM %s
                WHERE %s%s""".formatted(differs(), matches(), before(noted), after(noted), late(noted),
                ComparisonText.key(table, walk), walk.source(), walk.condition(after, upTo),
                aside == null ? "" : "\n  AND " + aside));
    }
}
