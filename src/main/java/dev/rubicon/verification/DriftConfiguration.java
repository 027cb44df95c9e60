package dev.rubicon.verification;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.rubicon.durable.DurableWork;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The tasks that read what runs left, and that look whether it is still there. */
@Configuration(proxyBeanMethods = false)
class DriftConfiguration {

    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(30);

    @Bean
    Task<Void> driftBaselineTask(DurableWork durable, Baselines baselines) {
        return durable.task(Baselines.TASK, AFTER_A_FAULT,
                hand -> baselines.leave(hand.instance().substring(hand.instance().indexOf('/') + 1)));
    }

    @Bean
    Task<Void> driftWatchTask(DriftWatch watch) {
        return Tasks.recurring("drift-watch", FixedDelay.of(DriftWatch.ROUND))
                .execute((instance, context) -> watch.goRound());
    }

    @Bean
    Task<Void> driftLookTask(DriftWatch watch) {
        return Tasks.oneTime(DriftWatch.TASK).onDeadExecutionRevive()
                .execute((instance, context) -> watch.look(instance.getId()));
    }
}
