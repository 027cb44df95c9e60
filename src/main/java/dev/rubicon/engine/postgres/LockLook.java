package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.LockMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One lock on a relation, at one look at {@code pg_locks}, which takes no lock itself. By number alone: what a step has
 * dropped is in no catalog any more, and still locked.
 *
 * @param granted false where it is waited for
 * @param transactionMillis since its transaction began
 * @param waitedMillis since it is waited for
 * @param behind how others want the relation who wait, or null where they wait for rows
 * @param waiters how many of those wait, whoever they wait for
 * @param waiterMillis the longest of them
 */
record LockLook(long relation, LockMode mode, boolean granted, long transactionMillis, long waitedMillis,
        @Nullable LockMode behind, int waiters, long waiterMillis) {

    /** The locks of some, and who waits behind them; it needs a condition that tells whose. */
    private static final String LOCKS = """
            WITH lock AS MATERIALIZED (
                SELECT l.locktype, l.database, l.relation, l.transactionid, l.pid, l.mode, l.granted, %s AS ours,
                       coalesce(extract(epoch FROM clock_timestamp() - l.waitstart) * 1000, 0)::bigint AS waits
                  FROM pg_catalog.pg_locks l
                 WHERE l.locktype IN ('relation', 'tuple', 'transactionid') AND l.mode <> 'SIReadLock'),
            -- who waits for a row waits for its writer's transaction, and holds the row's place in the queue
            row_wait AS (
                SELECT place.database, place.relation, x.transactionid, x.pid, x.ours, x.waits
                  FROM lock x JOIN lock place ON place.pid = x.pid AND place.locktype = 'tuple'
                 WHERE x.locktype IN ('tuple', 'transactionid') AND NOT x.granted),
            mine AS (
                SELECT database, relation, mode, granted, pid, waits FROM lock WHERE ours AND locktype = 'relation'
                UNION ALL
                SELECT database, relation, 'RowExclusiveLock', false, pid, waits FROM row_wait WHERE ours),
            behind AS (
                SELECT database, relation, mode, count(*)::int AS waiters, max(waits) AS longest
                  FROM lock WHERE locktype = 'relation' AND NOT granted AND NOT ours GROUP BY 1, 2, 3
                UNION ALL
                SELECT database, relation, NULL, count(DISTINCT pid)::int, max(waits)
                  FROM row_wait
                 WHERE NOT ours AND transactionid IN (SELECT transactionid FROM lock
                                                       WHERE ours AND granted AND locktype = 'transactionid')
                 GROUP BY 1, 2)
            """;
    /** What {@link #read} reads; it needs when a transaction began. */
    private static final String COLUMNS = """
            SELECT m.relation::bigint, m.mode, m.granted,
                   coalesce(extract(epoch FROM clock_timestamp() - %s) * 1000, 0)::bigint, m.waits,
                   b.mode, coalesce(b.waiters, 0), coalesce(b.longest, 0)""";
    private static final String MINE = """

              FROM mine m LEFT JOIN behind b ON b.database = m.database AND b.relation = m.relation AND m.granted""";
    private static final String SQL = LOCKS + COLUMNS + MINE;

    private static final String OWN = SQL.formatted("l.pid = pg_catalog.pg_backend_pid()", "transaction_timestamp()");
    private static final String BEGUN = """
            (SELECT a.xact_start FROM pg_catalog.pg_stat_get_activity(m.pid) a)""";

    /** Of this very connection. */
    static List<LockLook> own(Connection connection) throws SQLException {
        return Rows.list(connection, OWN, LockLook::read);
    }

    /** Of other backends of this database, by the names that they gave themselves. */
    static List<LockLook> named(Connection connection, String pattern, String other) throws SQLException {
        return Rows.list(connection, SQL.formatted("""
                l.pid IN (SELECT a.pid FROM pg_catalog.pg_stat_activity a
                           WHERE a.datname = current_database()
                             AND (a.application_name LIKE ? OR a.application_name LIKE ?))""", BEGUN), LockLook::read,
                pattern, other);
    }

    /**
     * The query for other backends of this database, by their numbers, beside what one knows of some of their relations.
     *
     * @param relations a query over the relations in {@code mine}, whose column {@code relation} says which
     * @param known columns of it, read behind these
     */
    static String beside(String relations, String known) {
        return LOCKS.formatted("l.pid = ANY (?)") + ", chosen AS (\n" + relations + ")\n" + COLUMNS.formatted(BEGUN)
                + ", " + known + MINE + "\n  JOIN chosen c ON c.relation = m.relation";
    }

    static LockLook read(ResultSet row) throws SQLException {
        String behind = row.getString(6);
        return new LockLook(row.getLong(1), LockMode.ofCatalog(row.getString(2)), row.getBoolean(3), row.getLong(4),
                row.getLong(5), behind == null ? null : LockMode.ofCatalog(behind), row.getInt(7), row.getLong(8));
    }

    /** Of those who wait, how many this lock holds off. */
    int heldOff() {
        return waiters > 0 && (behind == null || behind.conflictsWith(mode)) ? waiters : 0;
    }
}
