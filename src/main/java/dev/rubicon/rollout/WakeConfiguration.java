package dev.rubicon.rollout;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The tasks that move rollouts on. */
@Configuration(proxyBeanMethods = false)
class WakeConfiguration {

    /** Gates can open or shut by time alone: windows, freezes, the age of a backup. */
    private static final Duration SWEEP = Duration.ofSeconds(10);

    @Bean
    Task<Void> rolloutAdvanceTask(Advance advance) {
        return Tasks.oneTime(Wakes.TASK).onDeadExecutionRevive()
                .execute((instance, context) -> advance.look(Wakes.rolloutOf(instance.getId())));
    }

    @Bean
    Task<Void> rolloutSweepTask(Advance advance, RolloutRows rows) {
        return Tasks.recurring("rollout-sweep", FixedDelay.of(SWEEP))
                .execute((instance, context) -> rows.active(null).forEach(advance::look));
    }
}
