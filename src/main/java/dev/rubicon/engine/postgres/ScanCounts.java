package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** How often each table was read from one end to the other, as the server counts it, and how many rows were read so. */
record ScanCounts(Map<Long, Count> counts) {

    /** Since this version a session can have what it counted told at once; before, it comes some time later. */
    private static final int TELLS_AT_ONCE = 15;

    private static final String TABLES = """
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm')
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'rubicon')""";
    private static final String OWN = """
            SELECT c.oid::bigint, pg_catalog.pg_stat_get_xact_numscans(c.oid),
                   pg_catalog.pg_stat_get_xact_tuples_returned(c.oid)
            """ + TABLES;
    private static final String ALL = """
            SELECT c.oid::bigint, pg_catalog.pg_stat_get_numscans(c.oid), pg_catalog.pg_stat_get_tuples_returned(c.oid)
            """ + TABLES;

    record Count(long scans, long rows) {}

    /** By this connection, of what is not told to all yet: within a transaction, all that it does. */
    static ScanCounts own(Connection connection) throws SQLException {
        return of(connection, OWN);
    }

    static boolean tellsAtOnce(int serverMajor) {
        return serverMajor >= TELLS_AT_ONCE;
    }

    /** By all, this connection's own included; outside a transaction, on a server that {@link #tellsAtOnce}. */
    static ScanCounts all(Connection connection) throws SQLException {
        Rows.first(connection, "SELECT pg_catalog.pg_stat_force_next_flush()", row -> true);
        return of(connection, ALL);
    }

    private static ScanCounts of(Connection connection, String sql) throws SQLException {
        Map<Long, Count> counts = new HashMap<>();
        Rows.list(connection, sql, ScanCounts::row).forEach(each -> counts.put(each.getKey(), each.getValue()));
        return new ScanCounts(counts);
    }

    private static Map.Entry<Long, Count> row(ResultSet row) throws SQLException {
        return Map.entry(row.getLong(1), new Count(row.getLong(2), row.getLong(3)));
    }

    /** Rows read since, by table; only of tables that were read as a whole meanwhile. */
    Map<Long, Long> since(ScanCounts before) {
        Count none = new Count(0, 0);
        Map<Long, Long> read = new HashMap<>();
        counts.forEach((table, now) -> {
            Count old = before.counts.getOrDefault(table, none);
            if (now.scans > old.scans) {
                read.put(table, now.rows - old.rows);
            }
        });
        return read;
    }
}
