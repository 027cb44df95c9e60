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
            ComparisonText {

    static RowComparison of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table)
            throws SQLException {
        String where = work.where() == null || work.from() != null ? null : fragments.expression("where", work.where());
        AskedValues values = AskedValues.of(connection, fragments, table, work,
                value -> fragments.columns(value).stream().filter(work.set()::containsKey).findFirst()
                        .map(column -> "column " + column + ","));
        return new RowComparison(table, where, values.unequal(), values.because());
    }

    @Override
    public boolean asksWhere() {
        return where != null;
    }

    @Override
    public boolean asksValues() {
        return unequal != null;
    }

    @Override
    public String count(Walk walk, @Nullable List<String> after, List<String> upTo, Evidence.Noted noted,
            @Nullable String aside) {
        return """
                SELECT count(*),
                       count(*) FILTER (WHERE rubicon_differs AND rubicon_before),
                       count(*) FILTER (WHERE rubicon_differs AND NOT rubicon_before AND NOT rubicon_after),
                       count(*) FILTER (WHERE rubicon_differs AND rubicon_after),
                       count(*) FILTER (WHERE rubicon_matches AND NOT rubicon_late),
                       count(*) FILTER (WHERE rubicon_matches AND rubicon_late),
                       min(rubicon_which) FILTER (WHERE rubicon_matches OR rubicon_differs AND NOT rubicon_before)
                FROM (SELECT %s AS rubicon_differs, %s AS rubicon_matches, %s AS rubicon_before, %s AS rubicon_after,
                             %s AS rubicon_late, %s AS rubicon_which
                      FROM %s
                      WHERE %s%s) AS rubicon_rows""".formatted(
                unequal == null ? "false" : unequal + " IS TRUE", where == null ? "false" : where + " IS TRUE",
                // without 'where' every row was to be written, however old it is
                where == null || noted.began() == null
                        ? "false"
                        : ComparisonText.written(table.name(), "> ", noted.began()),
                noted.ended() == null ? "true" : ComparisonText.written(table.name(), "< ", noted.ended()),
                noted.swept() == null ? "false" : ComparisonText.written(table.name(), "<= ", noted.swept()),
                ComparisonText.key(table, walk), walk.source(),
                walk.condition(after, upTo), aside == null ? "" : "\n  AND " + aside);
    }
}
