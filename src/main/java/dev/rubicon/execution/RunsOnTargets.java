package dev.rubicon.execution;

import dev.rubicon.verification.RunsAtWork;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What runs do on targets, as their rows have it: a run that has begun a step and not ended may be half in
 * effect; one that waits before its first holds nobody up. */
@Component
class RunsOnTargets implements RunsAtWork {

    private final JdbcClient jdbc;

    RunsOnTargets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Standing on(String target) {
        long mark = jdbc.sql("SELECT coalesce(sum(epoch), 0) FROM phase_run WHERE target = ?").param(target)
                .query(Long.class).single();
        Optional<String> busy = jdbc.sql("""
                SELECT format('Rollout #%s of %s is %s here', rollout, plan,
                              CASE state WHEN 'FAILED' THEN 'stopped at a failure' WHEN 'PAUSED' THEN 'paused' ELSE 'at work' END)
                  FROM phase_run
                 WHERE target = ? AND state NOT IN ('DONE', 'CANCELLED', 'ROLLED_BACK', 'SKIPPED')
                   AND (EXISTS (SELECT 1 FROM attempt WHERE attempt.phase_run = phase_run.id)
                        OR EXISTS (SELECT 1 FROM step_run
                                    WHERE step_run.phase_run = phase_run.id AND step_run.state <> 'QUEUED'))
                 ORDER BY id LIMIT 1
                """).param(target).query(String.class).optional();
        return new Standing(mark, busy.orElse(null));
    }
}
