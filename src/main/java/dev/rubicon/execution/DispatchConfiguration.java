package dev.rubicon.execution;

import com.github.kagkarlsson.scheduler.boot.autoconfigure.Jackson3Serializer;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How db-scheduler carries phase runs: on virtual threads, revived on another node when one dies. */
@Configuration(proxyBeanMethods = false)
class DispatchConfiguration {

    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(2);

    @Bean
    DbSchedulerCustomizer dbSchedulerCustomizer() {
        return new DbSchedulerCustomizer() {
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
    Task<Void> phaseRunTask(PhaseRunner runner) {
        return Tasks.custom(Dispatch.TASK, Void.class)
                .onDeadExecutionRevive()
                // a fault of ours or of the control database: what took effect is in the ledger, so simply begin again
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(AFTER_A_FAULT)))
                .execute((instance, context) -> runner.carryOn(Dispatch.Ticket.of(instance.getId()))
                        .<CompletionHandler<Void>>map(in -> (complete, operations) -> operations.reschedule(complete,
                                complete.getTimeDone().plus(in)))
                        .orElseGet(() -> (complete, operations) -> operations.remove()));
    }
}
