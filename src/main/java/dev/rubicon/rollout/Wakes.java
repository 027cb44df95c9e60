package dev.rubicon.rollout;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Sees that {@link Advance} looks at a rollout again. Each wake is a task of its own, written in the transaction of what
 * woke it: none is lost because another look is just ending, and one too many does no harm.
 */
@Component
class Wakes {

    static final String TASK = "rollout-advance";

    private final SchedulerClient scheduler;
    private final Clock clock;

    Wakes(@Lazy SchedulerClient scheduler, Clock clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    void now(long rollout) {
        scheduler.schedule(new TaskInstance<>(TASK, rollout + "/" + UUID.randomUUID()), clock.instant());
    }

    /** One look at that second, however often it is asked for. */
    void at(long rollout, Instant when) {
        Instant second = Instant.ofEpochSecond(when.getEpochSecond() + 1);
        scheduler.scheduleIfNotExists(new TaskInstance<>(TASK, rollout + "/" + second.getEpochSecond()), second);
    }

    static long rolloutOf(String instance) {
        return Long.parseLong(instance.substring(0, instance.indexOf('/')));
    }
}
