package dev.rubicon.execution;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands phase runs to db-scheduler. Every dispatch has a number of its own, kept in the run's row: a dispatch is never
 * lost because an older execution of the same run is just ending, and an older one that comes late does nothing.
 */
@Component
class Dispatch {

    /** The task's name in {@code scheduled_tasks}. */
    static final String TASK = "phase-run";

    private final SchedulerClient scheduler;
    private final Clock clock;

    /** @param scheduler lazily: it is built from the tasks, and they are built from this */
    Dispatch(@Lazy SchedulerClient scheduler, Clock clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /** Which dispatch of which run. */
    record Ticket(long run, int number) {

        static Ticket of(String text) {
            String[] parts = text.split("/", 2);
            return new Ticket(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
        }

        @Override
        public String toString() {
            return run + "/" + number;
        }
    }

    /** In the caller's transaction: what it decided and the dispatch stand or fall together. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void dispatch(long run, int number, Duration in) {
        scheduler.schedule(new TaskInstance<>(TASK, new Ticket(run, number).toString()), clock.instant().plus(in));
    }
}
