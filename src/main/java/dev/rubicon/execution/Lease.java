package dev.rubicon.execution;

import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerProperties;
import java.time.Duration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.env.Environment;

/**
 * How long a node may be silent before the others take its runs ({@code rubicon.lease}), and how long it lets running
 * statements go on when it is asked to end ({@code rubicon.shutdown.grace}); db-scheduler's settings follow from the two.
 * It looks for the dead every second heartbeat, and there are at least four in a lease: a run is found at the latest
 * after one and a half leases.
 */
class Lease implements BeanPostProcessor {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    /** For what is cancelled at the end of the grace to roll back and to be handed over. */
    private static final Duration ROLL_BACK = Duration.ofSeconds(10);

    private final Environment environment;

    Lease(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof DbSchedulerProperties scheduler) {
            Duration lease = environment.getProperty("rubicon.lease", Duration.class);
            if (lease != null) {
                if (lease.compareTo(SHORTEST) < 0) {
                    throw new IllegalStateException("rubicon.lease has to be at least 1s");
                }
                scheduler.setHeartbeatInterval(lease.dividedBy(scheduler.getMissedHeartbeatsLimit()));
            }
            scheduler.setShutdownMaxWait(grace().plus(ROLL_BACK));
        }
        return bean;
    }

    Duration grace() {
        return environment.getProperty("rubicon.shutdown.grace", Duration.class, Duration.ofSeconds(30));
    }
}
