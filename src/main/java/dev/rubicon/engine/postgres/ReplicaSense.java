package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import dev.rubicon.registry.BackfillLimit;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/**
 * How far physical replicas are behind. The server's own {@code replay_lag} stands still when a replica does not answer any
 * more, so that what it has replayed is also compared with when the log was that long.
 */
final class ReplicaSense implements Sense {

    private static final String NONE = "no replica is connected";

    private boolean seen;

    private record Replica(String name, boolean visible, long replayed, double lag) {

        double behind(WalHistory wal) {
            return replayed >= wal.bytes() ? 0 : Math.max(lag, wal.behind(replayed));
        }
    }

    @Override
    public Reading read(Glance at) throws SQLException {
        List<Replica> replicas = Rows.list(at.connection(), """
                SELECT coalesce(nullif(r.application_name, ''), 'pid ' || r.pid), r.state IS NOT NULL,
                       pg_wal_lsn_diff(r.replay_lsn, '0/0'), coalesce(extract(epoch FROM r.replay_lag), 0)
                FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
                WHERE s.slot_type IS DISTINCT FROM 'logical'
                  AND (r.state IS NULL OR r.state IN ('streaming', 'catchup') AND r.replay_lsn IS NOT NULL)""",
                row -> new Replica(row.getString(1), row.getBoolean(2), row.getLong(3), row.getDouble(4)));
        if (replicas.isEmpty()) {
            return seen
                    ? new Reading.Unknown(Strain.REPLICA_LAG,
                            "the replica is gone; if for good, pause this backfill and resume it")
                    : new Reading.Absent(Strain.REPLICA_LAG, NONE);
        }
        if (!replicas.stream().allMatch(Replica::visible)) {
            return new Reading.Absent(Strain.REPLICA_LAG, "%d replicas, but %s".formatted(replicas.size(), GRANT));
        }
        seen = true;
        Replica slowest = replicas.stream().max(Comparator.comparingDouble(one -> one.behind(at.wal()))).orElseThrow();
        double lag = slowest.behind(at.wal());
        return at.within(Strain.REPLICA_LAG, BackfillLimit.REPLICA_LAG, limit -> {
            Reading.Known known = Reading.of(Strain.REPLICA_LAG, lag, limit);
            return new Reading.Known(known.of(), lag, limit, known.utilization(),
                    known.words() + " (" + slowest.name + ")");
        });
    }
}
