package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.security.Actor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The newest rollout of each target, however long ago it was. */
@Component
public class LastRuns {

    private final JdbcClient jdbc;

    LastRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param state where the rollout stands on the target */
    public record LastRun(String target, long rollout, String environment, String title, RunState state) {}

    /** One for each target that was ever part of a rollout; where the actor may not see its newest, none. */
    public List<LastRun> newest(Actor actor) {
        // one statement for all targets: a list of a thousand is read at each look at it
        return jdbc.sql("""
                SELECT run.target, run.rollout, run.skipped, rollout.environment,
                       coalesce(revision.document ->> 'title', rollout.plan) AS title, last.direction, last.state,
                       NOT EXISTS (
                           SELECT FROM rollout_phase phase
                            WHERE phase.rollout = run.rollout AND 'DONE' IS DISTINCT FROM (
                                SELECT each.state FROM phase_run each
                                 WHERE each.target = run.target AND each.rollout = run.rollout
                                   AND each.phase = phase.index
                                 ORDER BY each.id DESC LIMIT 1)) AS done
                  FROM (SELECT target, max(rollout) AS rollout FROM rollout_run GROUP BY target) newest
                  JOIN rollout_run run USING (target, rollout)
                  JOIN rollout ON rollout.id = run.rollout
                  JOIN plan_revision revision ON (revision.plan, revision.revision) = (rollout.plan, rollout.revision)
                  LEFT JOIN LATERAL (
                       SELECT direction, state FROM phase_run
                        WHERE phase_run.target = run.target AND phase_run.rollout = run.rollout
                        ORDER BY id DESC LIMIT 1) last ON true
                """).query(LastRuns::lastRun).list().stream().filter(last -> actor.sees(last.environment())).toList();
    }

    private static LastRun lastRun(ResultSet row, int number) throws SQLException {
        String last = row.getString("state");
        RunState state = row.getString("skipped") != null
                ? RunState.SKIPPED
                : last == null
                        ? RunState.QUEUED
                        : RunState.of(Direction.valueOf(row.getString("direction")), PhaseRunState.valueOf(last),
                                row.getBoolean("done"));
        return new LastRun(row.getString("target"), row.getLong("rollout"), row.getString("environment"),
                row.getString("title"), state);
    }
}
