package dev.rubicon.engine.postgres;

import dev.rubicon.engine.RangeWork.Look;
import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import dev.rubicon.registry.BackfillLimits;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at all strains of a target, one short statement each, on the lock connection: on a lane's they would wait for its
 * batches and make them longer. A strain that cannot be read is told as such and keeps no other from being read.
 */
final class Senses {

    /** No privilege, no such function, column or relation, not on this server: it will be the same next time. */
    private static final Set<String> FOR_GOOD = Set.of("42501", "42883", "42703", "42P01", "0A000", "55000");
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Duration ALL = Duration.ofSeconds(1);

    private final Connection connection;
    private final Map<Strain, Sense> senses = new LinkedHashMap<>();
    private final WalHistory wal = new WalHistory();
    private final boolean readsAll;

    /** @param relations what the backfill changes, as names in statements */
    Senses(Connection connection, List<String> relations, Scripts scripts) throws SQLException {
        this.connection = connection;
        this.readsAll = Rows.first(connection, "SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')",
                row -> row.getBoolean(1)).orElse(false);
        SessionSenses sessions = new SessionSenses(relations);
        senses.put(Strain.REPLICA_LAG, new ReplicaSense());
        senses.put(Strain.SLOT_BACKLOG, LogSenses::slots);
        senses.put(Strain.WAL_RATE, LogSenses::rate);
        senses.put(Strain.ARCHIVE_BACKLOG, LogSenses::archive);
        senses.put(Strain.LOCK_WAITS, sessions::lockWaits);
        senses.put(Strain.ACTIVE_BACKENDS, sessions::activeBackends);
        senses.put(Strain.OLDEST_SNAPSHOT, sessions::oldestSnapshot);
        senses.put(Strain.AUTOVACUUM, sessions::autovacuum);
        senses.put(Strain.STATEMENTS, new StatementSense());
        senses.put(Strain.PROBE, new ProbeSense(scripts));
    }

    private record Log(long inserted, long flushed) {}

    /**
     * @param ours backends of this backfill
     * @throws SQLException when the connection is gone
     */
    Look look(BackfillLimits limits, List<Integer> ours) throws SQLException {
        long began = System.nanoTime();
        timeout(TIMEOUT);
        try {
            // what replicas can have is what is on disk; of what is not yet, some is but a page's header
            Log log = Rows.first(connection, """
                    SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0'),
                           pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')""",
                    row -> new Log(row.getLong(1), row.getLong(2))).orElseThrow();
            wal.add(began, log.flushed);
            Sense.Glance at = new Sense.Glance(connection, limits, ours, wal, began, readsAll);
            List<Reading> readings = new ArrayList<>();
            for (Map.Entry<Strain, Sense> each : senses.entrySet()) {
                readings.add(System.nanoTime() - began > ALL.toNanos()
                        ? new Reading.Unknown(each.getKey(), "the target answered too slowly to look at all")
                        : read(each.getKey(), each.getValue(), at));
            }
            return new Look(log.inserted, readings);
        } finally {
            timeout(Duration.ZERO);
        }
    }

    private Reading read(Strain strain, Sense sense, Sense.Glance at) throws SQLException {
        try {
            return sense.read(at);
        } catch (SQLException e) {
            if (SqlStates.connectionLost(e) || connection.isClosed()) {
                throw e;
            }
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return FOR_GOOD.contains(String.valueOf(e.getSQLState()))
                    ? new Reading.Absent(strain, message)
                    : new Reading.Unknown(strain, message);
        }
    }

    private void timeout(Duration timeout) throws SQLException {
        Rows.first(connection, "SELECT set_config('statement_timeout', ?, false)", row -> row.getString(1),
                timeout.toMillis() + "ms");
    }
}
