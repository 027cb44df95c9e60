package dev.rubicon.execution;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.boot.autoconfigure.Jackson3Serializer;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.rubicon.durable.DurableWork;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.Environment;

/**
 * How db-scheduler carries phase runs: on virtual threads, revived on another node when one dies, handed over when one is
 * asked to end.
 */
@Configuration(proxyBeanMethods = false)
class DispatchConfiguration {

    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(2);
    private static final Duration SWEEP = Duration.ofSeconds(30);

    @Bean
    static Lease lease(Environment environment) {
        return new Lease(environment);
    }

    @Bean
    Leaving leaving(Lease lease) {
        return new Leaving(lease.grace());
    }

    /** Leases are compared between nodes: by the control database's time. */
    @Bean
    com.github.kagkarlsson.scheduler.Clock dbSchedulerClock(ControlClock clock) {
        return clock::instant;
    }

    /**
     * The first thing at the end of the server, before it stops to answer: from here on the other nodes take what is due.
     * The scheduler itself is stopped later, and waits then for what is still in hand.
     */
    @Bean
    ApplicationListener<ContextClosedEvent> handOver(Leaving leaving, ObjectProvider<Scheduler> scheduler) {
        return closed -> {
            leaving.begin();
            scheduler.ifAvailable(Scheduler::pause);
        };
    }

    @Bean
    DbSchedulerCustomizer dbSchedulerCustomizer(Node node) {
        return new DbSchedulerCustomizer() {
            @Override
            public Optional<SchedulerName> schedulerName() {
                return Optional.of(new SchedulerName.Fixed(node.name()));
            }

            @Override
            public Optional<Serializer> serializer() {
                return Optional.of(new Jackson3Serializer());
            }

            @Override
            public Optional<ExecutorService> executorService() {
                return Optional.of(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("run-", 0).factory()));
            }
        };
    }

    @Bean
    Task<Void> phaseRunTask(DurableWork durable, PhaseRunner runner) {
        return durable.task(Dispatch.TASK, AFTER_A_FAULT, runner::carryOn);
    }

    @Bean
    Task<Void> lostDispatchesTask(LostDispatches lost) {
        return Tasks.recurring("phase-run-sweep", FixedDelay.of(SWEEP)).execute((instance, context) -> lost.sweep());
    }
}
