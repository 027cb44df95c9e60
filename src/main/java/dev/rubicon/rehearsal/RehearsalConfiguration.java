package dev.rubicon.rehearsal;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.rubicon.durable.DurableWork;
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
    Task<Void> rehearsalTask(DurableWork durable, RehearsalRunner runner) {
        return durable.task(RehearsalDispatch.TASK, AFTER_A_FAULT, runner::carryOut);
    }

    @Bean
    Task<Void> rehearsalSurveyTask(DurableWork durable, Surveys surveys) {
        return durable.task(Surveys.TASK, AFTER_A_FAULT, surveys::carryOut);
    }

    @Bean
    Task<Void> rehearsalSweepTask(RehearsalRunner runner) {
        return Tasks.recurring("rehearsal-sweep", FixedDelay.of(SWEEP))
                .execute((instance, context) -> runner.sweep());
    }
}
