package dev.rubicon.execution;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who works on which target: one run at a time, first come first served, over all nodes and rollouts. */
@Component
class TargetHolds {

    /** Connections that one run uses on its target: one that works, one that holds the lock and watches. */
    static final int CONNECTIONS_PER_RUN = 2;
    private static final int LOCK_CLASS = 0x53_52_56;

    private final JdbcClient jdbc;
    private final Clock clock;

    TargetHolds(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The run that keeps another from its target. */
    record Ahead(long run, long rollout, String plan, String state) {}

    /** The run that holds the target or stands before this one in the queue, if there is one. */
    Optional<Ahead> ahead(PhaseRun run) {
        return jdbc.sql("""
                SELECT other.id AS run, other.rollout, other.plan, other.state
                  FROM phase_run other
                  LEFT JOIN target_hold hold ON hold.phase_run = other.id
                 WHERE other.target = :target AND other.id <> :run
                   AND (hold.phase_run IS NOT NULL OR (other.state = 'QUEUED' AND other.id < :run
                        AND NOT EXISTS (SELECT 1 FROM target_hold mine WHERE mine.phase_run = :run)))
                 ORDER BY hold.phase_run IS NULL, other.id
                 LIMIT 1
                """).param("target", run.target()).param("run", run.id()).query(Ahead.class).optional();
    }

    /** @param runs at work, and the {@code connections} that they may use together */
    record Used(int runs, int connections) {}

    /** What other runs may use of this server now. */
    Used usedOf(String server, long run) {
        // one counter at a time per server, or two runs would both take the last place
        jdbc.sql("SELECT 1 FROM (SELECT pg_advisory_xact_lock(?, hashtext(?))) AS turn").params(LOCK_CLASS, server)
                .query(Integer.class).single();
        return jdbc.sql("""
                SELECT count(*) AS runs, coalesce(sum(? + hold.lanes), 0) AS connections
                  FROM target_hold hold JOIN phase_run run ON run.id = hold.phase_run
                 WHERE hold.server = ? AND run.id <> ? AND run.state IN ('RUNNING', 'WAITING', 'PAUSING', 'CANCELLING')
                """).params(CONNECTIONS_PER_RUN, server, run).query(Used.class).single();
    }

    /**
     * Takes connections for further lanes, as far as the budget of the target's server goes.
     *
     * @param wanted 0 gives back what was taken
     * @return as many as were to be had
     */
    int lanes(long run, int wanted, int budget) {
        Optional<String> server = jdbc.sql("SELECT server FROM target_hold WHERE phase_run = ?").param(run)
                .query(String.class).optional();
        if (server.isEmpty()) {
            return 0;
        }
        int left = budget - CONNECTIONS_PER_RUN - usedOf(server.get(), run).connections();
        int taken = Math.clamp(left, 0, wanted);
        jdbc.sql("UPDATE target_hold SET lanes = ? WHERE phase_run = ?").params(taken, run).update();
        return taken;
    }

    /** Takes the target; false when another run was quicker. */
    boolean take(PhaseRun run, String server) {
        return jdbc.sql("""
                INSERT INTO target_hold (target, phase_run, server, since) VALUES (:target, :run, :server, :now)
                ON CONFLICT (target) DO UPDATE SET server = excluded.server, lanes = 0
                 WHERE target_hold.phase_run = excluded.phase_run
                """).param("target", run.target()).param("run", run.id()).param("server", server)
                .param("now", Timestamp.from(clock.instant())).update() == 1;
    }

    void release(long run) {
        jdbc.sql("DELETE FROM target_hold WHERE phase_run = ?").param(run).update();
    }

    /** The run that has waited longest for this target. */
    Optional<Long> nextFor(String target) {
        return jdbc.sql("SELECT id FROM phase_run WHERE target = ? AND state = 'QUEUED' ORDER BY id LIMIT 1")
                .param(target).query(Long.class).optional();
    }
}
