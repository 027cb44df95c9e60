package dev.rubicon.rehearsal;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Clock;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Hands rehearsals to db-scheduler. */
@Component
class RehearsalDispatch {

    static final String TASK = "rehearsal";

    private final SchedulerClient scheduler;
    private final Clock clock;

    RehearsalDispatch(@Lazy SchedulerClient scheduler, Clock clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /** In the caller's transaction: the row and its dispatch stand or fall together. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void dispatch(long rehearsal) {
        scheduler.schedule(new TaskInstance<>(TASK, String.valueOf(rehearsal)), clock.instant());
    }
}
