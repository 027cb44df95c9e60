package dev.rubicon.webhook;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.rubicon.durable.DurableWork;
import dev.rubicon.registry.Sealing;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The tasks that carry events out, and that see to what is left of them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookSettings.class)
class WebhookConfiguration {

    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(30);
    /** For each of at most 50 webhooks, of the 400 that a node's scheduler runs. */
    private static final int AT_A_TIME = 3;

    @Bean
    Courier webhookCourier(WebhookRows webhooks, DeliveryRows rows, Sealing sealing, WebhookSettings settings,
            JsonMapper json, Clock clock) {
        return new Courier(webhooks, rows, sealing, new Post(settings), json, clock,
                () -> ThreadLocalRandom.current().nextDouble(), AT_A_TIME);
    }

    @Bean
    Task<Void> webhookDeliveryTask(DurableWork durable, Courier courier) {
        return durable.task(Errand.TASK, AFTER_A_FAULT, hand -> courier.carry(Errand.of(hand.instance())));
    }

    @Bean
    Task<Void> webhookUpkeepTask(Upkeep upkeep, WebhookSettings settings, Clock clock) {
        return Tasks.recurring("webhook-upkeep", FixedDelay.of(Duration.ofMinutes(10)))
                .execute((instance, context) -> {
                    upkeep.sweep(clock.instant());
                    upkeep.forget(clock.instant().minus(settings.keep()));
                });
    }
}
