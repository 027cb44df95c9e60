package dev.rubicon.rehearsal;

import com.github.kagkarlsson.scheduler.SchedulerState;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The tasks that carry rehearsals out, and that clear away what a dead worker left. */
@Configuration(proxyBeanMethods = false)
class RehearsalConfiguration {

    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(2);
    private static final Duration SWEEP = Duration.ofSeconds(30);
    private static final Duration LOOKS = Duration.ofMinutes(10);

    /** Reads schemas of targets only where an environment demands evidence. */
    @Bean
    Task<Void> rehearsalLooksTask(Looks looks) {
        return Tasks.recurring("rehearsal-looks", FixedDelay.of(LOOKS))
                .execute((instance, context) -> looks.lookAround());
    }

    @Bean
    Task<Void> rehearsalTask(RehearsalRunner runner) {
        return Tasks.custom(RehearsalDispatch.TASK, Void.class).onDeadExecutionRevive()
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(AFTER_A_FAULT)))
                .execute((instance, context) -> runner
                        .carryOut(Long.parseLong(instance.getId()), () -> ends(context.getSchedulerState()))
                        .<CompletionHandler<Void>>map(in -> (complete, operations) -> operations.reschedule(complete,
                                complete.getTimeDone().plus(in)))
                        .orElseGet(() -> (complete, operations) -> operations.remove()));
    }

    private static boolean ends(SchedulerState state) {
        return state.isPaused() || state.isShuttingDown();
    }

    @Bean
    Task<Void> rehearsalSweepTask(RehearsalRunner runner) {
        return Tasks.recurring("rehearsal-sweep", FixedDelay.of(SWEEP))
                .execute((instance, context) -> runner.sweep());
    }
}
