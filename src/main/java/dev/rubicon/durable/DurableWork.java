package dev.rubicon.durable;

import com.github.kagkarlsson.scheduler.SchedulerState;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How db-scheduler carries work that must go on: revived on another node when one dies, begun again behind a fault. */
@Component
public class DurableWork {

    private static final Logger log = LoggerFactory.getLogger(DurableWork.class);

    private final JdbcClient jdbc;

    DurableWork(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * One execution as a node picked it.
     *
     * @param version counts in {@code scheduled_tasks} who picked it: one that was taken from a node has another
     */
    public record Hand(String task, String instance, long version, SchedulerState node) {

        /** Whether this node ends: what is not done is another one's. */
        public boolean nodeEnds() {
            return node.isPaused() || node.isShuttingDown();
        }
    }

    /**
     * A task whose executions say themselves when they are to go on.
     *
     * @param afterAFault what is waited before it is called again when it threw
     * @param work answers after what time it is to be called again, or nothing when all is done
     */
    public Task<Void> task(String name, Duration afterAFault, Function<Hand, Optional<Duration>> work) {
        return Tasks.custom(name, Void.class)
                .onDeadExecutionRevive()
                // a fault of ours or of the control database: begin again, the rows know how far it came
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(afterAFault)))
                .execute((instance, context) -> {
                    Hand hand = hand(instance, context);
                    return completion(hand, work.apply(hand));
                });
    }

    private static Hand hand(TaskInstance<Void> instance, ExecutionContext context) {
        return new Hand(instance.getTaskName(), instance.getId(), context.getExecution().version,
                context.getSchedulerState());
    }

    private CompletionHandler<Void> completion(Hand hand, Optional<Duration> again) {
        return (complete, operations) -> {
            if (!isStillHeld(hand)) {
                log.info("{} {} went on elsewhere; leaving it there", hand.task, hand.instance);
            } else if (again.isPresent()) {
                operations.reschedule(complete, complete.getTimeDone().plus(again.get()));
            } else {
                operations.remove();
            }
        };
    }

    /**
     * Whether nobody picked the execution since. Whoever takes work up has to ask this in the transaction in which it does,
     * behind the lock that orders those who do: a node that was frozen past its lease, and wakes before it took the work up,
     * would take it from the one that carries it now, and no execution would be left when that one went home.
     */
    public boolean isStillHeld(Hand hand) {
        return jdbc.sql("""
                SELECT EXISTS (SELECT 1 FROM scheduled_tasks
                                WHERE task_name = ? AND task_instance = ? AND version = ? AND picked)
                """).params(hand.task, hand.instance, hand.version).query(Boolean.class).single();
    }
}
