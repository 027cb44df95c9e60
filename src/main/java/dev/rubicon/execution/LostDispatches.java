package dev.rubicon.execution;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sets runs going again that nobody carries. A run and its dispatch are written in one transaction, so there are none by
 * design; one all the same, after a restored backup of the control database or a row deleted by hand, would hold its target for
 * ever and say nothing.
 */
@Component
class LostDispatches {

    private static final Logger log = LoggerFactory.getLogger(LostDispatches.class);

    private final JdbcClient jdbc;
    private final PhaseRunRows rows;
    private final Dispatch dispatch;
    private final Turn turn;
    private final TransactionTemplate transactions;

    LostDispatches(JdbcClient jdbc, PhaseRunRows rows, Dispatch dispatch, Turn turn, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.rows = rows;
        this.dispatch = dispatch;
        this.turn = turn;
        this.transactions = transactions;
    }

    private record Lost(long id, long rollout) {}

    void sweep() {
        lost().forEach(run -> transactions.executeWithoutResult(status -> {
            turn.take(run.rollout);
            if (lost().contains(run)) {
                dispatch.dispatch(run.id, rows.nextDispatch(run.id), Duration.ZERO);
                log.warn("Phase run {} was to go on, and no execution was left to carry it; it is dispatched anew",
                        run.id);
            }
        }));
    }

    private List<Lost> lost() {
        return jdbc.sql("""
                SELECT run.id, run.rollout FROM phase_run run
                 WHERE run.state IN ('QUEUED', 'RUNNING', 'WAITING', 'PAUSING', 'CANCELLING')
                   AND NOT EXISTS (SELECT 1 FROM scheduled_tasks carried
                                    WHERE carried.task_name = ?
                                      AND carried.task_instance = run.id || '/' || run.dispatch)
                 ORDER BY run.id
                """).param(Dispatch.TASK).query((row, number) -> new Lost(row.getLong(1), row.getLong(2))).list();
    }
}
