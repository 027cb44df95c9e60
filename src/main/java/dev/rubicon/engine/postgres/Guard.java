package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.TargetBusy;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.registry.TargetAccess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The session's idle connection: it holds the advisory lock that keeps other runs away, and looks from there on what the
 * work connection's backend does. The advisory lock is only tried, never waited for: a waiter would hold a snapshot, and
 * the holder's concurrent index build waits for snapshots.
 */
final class Guard {

    static final String NAME_PATTERN = "rubicon run/%";
    /** "rubicon" as a number: the same on all databases, whose advisory locks are apart anyway. */
    private static final long KEY = 0x7275_6269_636f_6eL;
    /** Of a row of {@code pg_locks} that it is the lock of whoever has the target. */
    private static final String HOLDS_KEY = """
            l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                  AND l.classid::bigint = %d AND l.objid::bigint = %d
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
            .formatted(KEY >>> 32, KEY & 0xFFFF_FFFFL);
    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final Duration TRY_FOR = Duration.ofSeconds(2);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Connection connection;

    /** @param connection may be any, for the looks that need no lock */
    Guard(Connection connection) {
        this.connection = connection;
    }

    /** Connects under a name that no successor takes for a run's, until the lock is had. */
    static Guard connect(TargetAccess access, long run) {
        return new Guard(Connections.open(access, "rubicon waits for run/" + run, SILENCE));
    }

    Connection connection() {
        return connection;
    }

    /** @throws TargetBusy when a session of another run holds the target, after a short while of trying */
    void takeLock(long run) throws SQLException {
        if (!triedLock() && !(endPredecessorOf(run) && triedLock())) {
            throw new TargetBusy(holder());
        }
        rename(connection, lockName(run));
        Rows.execute(connection, "SET idle_session_timeout = 0");
    }

    private boolean triedLock() throws SQLException {
        long end = System.nanoTime() + TRY_FOR.toNanos();
        while (!Rows.first(connection, "SELECT pg_try_advisory_lock(?)", row -> row.getBoolean(1), KEY).orElseThrow()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    /** An earlier worker of the same run that still holds the lock is frozen or cut off, and would hold it for ever. */
    private boolean endPredecessorOf(long run) throws SQLException {
        return Rows.first(connection, """
                SELECT pg_terminate_backend(l.pid)
                FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                WHERE %s AND a.application_name = ?""".formatted(HOLDS_KEY),
                row -> row.getBoolean(1), lockName(run)).orElse(false);
    }

    private static String lockName(long run) {
        return "rubicon run/" + run + " lock";
    }

    private String holder() throws SQLException {
        return Rows.first(connection, """
                SELECT coalesce(nullif(a.application_name, ''), 'the session of pid ' || l.pid)
                FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
                WHERE %s""".formatted(HOLDS_KEY), row -> row.getString(1)).orElse("a session that is just ending");
    }

    /** Ends the backends that earlier runs left on this database, and waits until they are gone. */
    void endPredecessors(List<Integer> ours) throws SQLException {
        long end = System.nanoTime() + END_WITHIN.toNanos();
        while (true) {
            List<String> left = Rows.list(connection, """
                    SELECT application_name, pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name LIKE ? AND datname = current_database() AND NOT pid = ANY (?)""",
                    row -> row.getString(1), NAME_PATTERN, ours.toArray(Integer[]::new));
            if (left.isEmpty()) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new TargetBusy(left.getFirst() + ", which does not end");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** The next fencing token: from now on no earlier claim can write. */
    long nextFence(long run, String node) throws SQLException {
        return Rows.first(connection, """
                UPDATE rubicon.fence SET token = token + 1, run = ?, node = ?, at = clock_timestamp()
                RETURNING token""", row -> row.getLong(1), run, node)
                .orElseThrow(() -> new TargetUnavailable("rubicon.fence has no row", null));
    }

    /** Fails when the lock connection is gone, and the lock with it. */
    void demandAlive() throws SQLException {
        Rows.first(connection, "SELECT 1", row -> row.getInt(1));
    }

    void cancel(int pid) throws SQLException {
        Rows.first(connection, "SELECT pg_cancel_backend(?)", row -> row.getBoolean(1), pid);
    }

    /** Ends a backend of this session that does not answer any more. */
    void end(int pid) throws SQLException {
        long end = System.nanoTime() + END_WITHIN.toNanos();
        while (Rows.first(connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ?",
                row -> row.getBoolean(1), pid).isPresent() && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Who keeps this backend waiting now. */
    List<Holder> blocking(int pid) throws SQLException {
        return Rows.list(connection, """
                SELECT b.pid, a.usename, a.application_name, a.state, a.xact_start, a.backend_start, a.query,
                       coalesce(w.relation, r.relation)::regclass::text AS relation,
                       coalesce((SELECT h.mode FROM pg_locks h
                                 WHERE h.pid = b.pid AND h.granted AND h.relation = w.relation
                                 ORDER BY array_position(%s, h.mode) LIMIT 1),
                                CASE w.locktype WHEN 'virtualxid' THEN 'open transaction' ELSE 'row lock' END) AS mode,
                       coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0) AS age
                FROM unnest(pg_blocking_pids(?)) AS b (pid)
                LEFT JOIN pg_stat_activity a ON a.pid = b.pid
                LEFT JOIN LATERAL (SELECT l.relation, l.locktype FROM pg_locks l
                                   WHERE l.pid = ? AND NOT l.granted LIMIT 1) w ON true
                -- who waits for a row waits for its writer's transaction, and holds the row's place in the queue
                LEFT JOIN LATERAL (SELECT l.relation FROM pg_locks l
                                   WHERE l.pid = ? AND l.locktype = 'tuple' LIMIT 1) r ON true
                ORDER BY a.xact_start NULLS LAST""".formatted(STRONGEST_FIRST), Guard::holder, pid, pid, pid);
    }

    /** Who holds locks on these relations, the strongest first; for when nobody waits at the moment. */
    List<Holder> holding(List<String> relations, int exceptPid) throws SQLException {
        return Rows.list(connection, """
                SELECT l.pid, a.usename, a.application_name, a.state, a.xact_start, a.backend_start, a.query,
                       l.relation::regclass::text AS relation, l.mode,
                       coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0) AS age
                FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                WHERE l.granted AND l.pid <> ? AND l.pid <> pg_backend_pid()
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND l.relation IN (SELECT coalesce(i.indrelid, c.oid)
                                     FROM unnest(?) AS name
                                     JOIN pg_class c ON c.oid = to_regclass(name)
                                     LEFT JOIN pg_index i ON i.indexrelid = c.oid)
                ORDER BY array_position(%s, l.mode), a.xact_start LIMIT 10""".formatted(STRONGEST_FIRST),
                Guard::holder, exceptPid, relations.toArray(String[]::new));
    }

    /** Who stands in the way of a plan, holding or waiting, those that were there first. */
    List<Blocker> blocking(LockPlan plan, int exceptPid) throws SQLException {
        return Rows.list(connection, """
                SELECT * FROM (
                    SELECT DISTINCT ON (l.virtualtransaction)
                           coalesce(l.pid, 0) AS pid, coalesce(a.usename, x.owner) AS usename, a.application_name,
                           a.backend_start, coalesce(a.xact_start, x.prepared) AS xact_start,
                           CASE WHEN l.pid IS NULL THEN 'prepared transaction' ELSE a.state END AS state,
                           coalesce(a.query, 'PREPARE TRANSACTION ' || quote_literal(x.gid)) AS query,
                           l.relation::bigint AS oid, l.relation::regclass::text AS relation, l.mode, l.granted,
                           l.virtualtransaction AS transaction,
                           coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, x.prepared)), 0) AS age,
                           -- whoever may not see what a backend is sees at least that a vacuum has no user
                           a.pid IS NOT NULL AND coalesce(a.backend_type = 'autovacuum worker', a.usesysid IS NULL)
                               AS autovacuum,
                           coalesce(a.query LIKE '%%(to prevent wraparound)', false) AS wraparound
                    FROM unnest(?::bigint[], ?::text[]) AS wanted (relation, modes)
                    JOIN pg_locks l ON l.relation = wanted.relation::oid AND l.locktype = 'relation'
                        AND l.mode = ANY (string_to_array(wanted.modes, ','))
                    LEFT JOIN pg_stat_activity a ON a.pid = l.pid
                    LEFT JOIN pg_prepared_xacts x ON l.virtualtransaction = '-1/' || x.transaction
                    WHERE l.pid IS DISTINCT FROM ?
                      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    ORDER BY l.virtualtransaction, l.granted DESC, array_position(%s, l.mode)) AS blocking
                ORDER BY age DESC, pid LIMIT 20""".formatted(STRONGEST_FIRST), Blocker::of, plan.oids(),
                plan.inTheWay(), exceptPid);
    }

    private static final String STRONGEST_FIRST = """
            ARRAY['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock',
                  'ShareUpdateExclusiveLock', 'RowExclusiveLock', 'RowShareLock', 'AccessShareLock']""";

    static Holder holder(ResultSet row) throws SQLException {
        String query = row.getString("query");
        return new Holder(row.getInt("pid"), row.getString("usename"), row.getString("application_name"),
                row.getString("state"), Duration.ofMillis((long) (1000 * row.getDouble("age"))),
                "<insufficient privilege>".equals(query) ? null : query,
                Objects.requireNonNullElse(row.getString("relation"), ""), words(row.getString("mode")),
                instant(row, "backend_start"), instant(row, "xact_start"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    static void rename(Connection connection, String applicationName) throws SQLException {
        Rows.first(connection, "SELECT set_config('application_name', ?, false)", row -> row.getString(1),
                Connections.shortened(applicationName));
    }

    void close() {
        Connections.closeQuietly(connection);
    }

    /** {@code pg_locks} says {@code AccessShareLock} to what the manual, and everybody, calls ACCESS SHARE. */
    private static String words(String mode) {
        return Arrays.stream(LockMode.values()).filter(each -> each.catalogName().equals(mode)).map(LockMode::word)
                .findFirst().orElse(mode);
    }
}
