package dev.rubicon.verification;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of baselines, and of runs that have ended and are not in one yet. */
@Component
class BaselineRows {

    private final JdbcClient jdbc;
    private final SchemaJson json;
    private final Clock clock;

    BaselineRows(JdbcClient jdbc, SchemaJson json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** A run that has ended. */
    record Due(long run, String target, long rollout) {}

    /** One writer at a time per target, to the end of the transaction; false when there is no such target any more. */
    boolean lock(String target) {
        return jdbc.sql("SELECT 1 FROM target WHERE name = ? FOR NO KEY UPDATE").param(target).query(Integer.class)
                .optional().isPresent();
    }

    Optional<Baseline> find(String target) {
        return jdbc.sql("SELECT * FROM schema_baseline WHERE target = ?").param(target).query(this::baseline)
                .optional();
    }

    void put(Baseline baseline) {
        jdbc.sql("""
                INSERT INTO schema_baseline (target, url, why, left_at, rollout, run, accepted_by, reason,
                                             server_version, objects)
                VALUES (:target, :url, :why, :at, :rollout, :run, :by, :reason, :version, :objects::json)
                ON CONFLICT (target) DO UPDATE
                   SET url = excluded.url, why = excluded.why, left_at = excluded.left_at, rollout = excluded.rollout,
                       run = excluded.run, accepted_by = excluded.accepted_by, reason = excluded.reason,
                       server_version = excluded.server_version, objects = excluded.objects
                """).param("target", baseline.target()).param("url", baseline.url())
                .param("why", baseline.why().name()).param("at", Timestamp.from(baseline.at()))
                .param("rollout", baseline.rollout()).param("run", baseline.run())
                .param("by", baseline.acceptedBy()).param("reason", baseline.reason())
                .param("version", baseline.serverVersion()).param("objects", json.objects(baseline.objects()))
                .update();
    }

    void due(Due due) {
        jdbc.sql("""
                INSERT INTO baseline_due (run, target, rollout, since)
                SELECT :run, name, :rollout, :now FROM target WHERE name = :target
                ON CONFLICT (run) DO NOTHING
                """).param("run", due.run()).param("rollout", due.rollout()).param("target", due.target())
                .param("now", Timestamp.from(clock.instant())).update();
    }

    /** Oldest first. */
    List<Due> due(String target) {
        return jdbc.sql("SELECT run, target, rollout FROM baseline_due WHERE target = ? ORDER BY run").param(target)
                .query((row, number) -> new Due(row.getLong("run"), row.getString("target"), row.getLong("rollout")))
                .list();
    }

    void settled(List<Due> due) {
        due.forEach(one -> jdbc.sql("DELETE FROM baseline_due WHERE run = ?").param(one.run()).update());
    }

    private Baseline baseline(ResultSet row, int number) throws SQLException {
        return new Baseline(row.getString("target"), row.getString("url"), Baseline.Why.valueOf(row.getString("why")),
                row.getTimestamp("left_at").toInstant(), row.getObject("rollout", Long.class),
                row.getObject("run", Long.class), row.getString("accepted_by"), row.getString("reason"),
                row.getInt("server_version"), json.objects(row.getString("objects")));
    }
}
