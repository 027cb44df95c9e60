package dev.rubicon.rollout;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is kept for how long. The audit trail is kept for ever.
 *
 * @param events of a rollout, after its end; its runs, steps, attempts and decisions stay. Differences of a target's schema,
 *     after they are over
 */
@ConfigurationProperties("rubicon.retention")
record RetentionSettings(@DefaultValue("90d") Duration events) {

    /** @throws IllegalArgumentException when it is shorter than a day, so that the server does not start with it */
    RetentionSettings {
        if (events.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("rubicon.retention.events is at least 1d");
        }
    }
}
