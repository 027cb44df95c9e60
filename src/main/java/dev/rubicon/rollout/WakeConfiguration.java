package dev.rubicon.rollout;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import java.time.Duration;
import java.time.LocalTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The tasks that move rollouts on. */
@Configuration(proxyBeanMethods = false)
class WakeConfiguration {

    private static final Logger log = LoggerFactory.getLogger(WakeConfiguration.class);

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
                .execute((instance, context) -> rows.active(null).forEach(id -> lookOrTell(advance, id)));
    }

    @Bean
    Task<Void> drillRoundsTask(DrillRounds rounds) {
        return Tasks.recurring("drill-rounds", FixedDelay.of(DrillRounds.ROUND))
                .execute((instance, context) -> rounds.goRound());
    }

    /** By night, in the time of the server that wakes first. */
    @Bean
    Task<Void> retentionTask(Retention retention) {
        return Tasks.recurring("retention", Schedules.daily(LocalTime.of(3, 20)))
                .execute((instance, context) -> retention.forget());
    }

    /** One rollout at which a look fails must not keep the sweep from those behind it. */
    private static void lookOrTell(Advance advance, long id) {
        try {
            advance.look(id);
        } catch (RuntimeException e) {
            log.error("Rollout {} could not be looked at; the next sweep tries again", id, e);
        }
    }
}
