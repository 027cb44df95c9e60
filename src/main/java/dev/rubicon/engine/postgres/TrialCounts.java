package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Counts rows where that is quick, and else says what the statistics and the planner think. */
final class TrialCounts {

    private static final Pattern PLANNED = Pattern.compile("\"Plan Rows\":\\s*(\\d+)");

    /** Sets the time that a count may take. */
    interface Limit {
        void set() throws SQLException;
    }

    private final Connection connection;
    private final BackfillTable table;
    private final BackfillText text;
    private final Limit limit;

    TrialCounts(Connection connection, BackfillTable table, BackfillText text, Limit limit) {
        this.connection = connection;
        this.table = table;
        this.text = text;
        this.limit = limit;
    }

    /** @param exact whether they were counted */
    record Counted(long number, boolean exact) {}

    Counted rows() throws SQLException {
        Long exact = counted("SELECT count(*) FROM " + table.sql());
        return exact == null
                ? new Counted(table.parts().stream().mapToLong(BackfillTable.Part::rows).sum(), false)
                : new Counted(exact, true);
    }

    /** Those that match 'where'; null where that cannot even be estimated. */
    @Nullable
    Counted matching(Counted rows) throws SQLException {
        String sql = text.matching();
        if (sql == null) {
            return rows;
        }
        Long exact = rows.exact ? counted("SELECT count(*) FROM (" + sql + ") AS rubicon_matching") : null;
        if (exact != null) {
            return new Counted(exact, true);
        }
        Matcher planned = PLANNED.matcher(
                RawQuery.row(connection, "EXPLAIN (FORMAT JSON) " + sql, row -> row.getString(1)));
        return planned.find() ? new Counted(Long.parseLong(planned.group(1)), false) : null;
    }

    private @Nullable Long counted(String sql) throws SQLException {
        try {
            limit.set();
            return RawQuery.row(connection, sql, row -> row.getLong(1));
        } catch (SQLException e) {
            if (SqlStates.cancelled(e)) {
                return null;
            }
            throw e;
        }
    }
}
