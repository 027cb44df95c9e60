package dev.rubicon.webhook;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes events down for those who asked for them, in the transaction in which they happen: none is told of what was rolled
 * back, and none is forgotten. What is written for one webhook does not wait for another.
 */
@Component
class Outbox {

    private final WebhookRows webhooks;
    private final DeliveryRows rows;
    private final SchedulerClient scheduler;
    private final JsonMapper json;
    private final Clock clock;

    /** @param scheduler lazily: it is built from the tasks, and they are built from this */
    Outbox(WebhookRows webhooks, DeliveryRows rows, @Lazy SchedulerClient scheduler, JsonMapper json, Clock clock) {
        this.webhooks = webhooks;
        this.rows = rows;
        this.scheduler = scheduler;
        this.json = json;
        this.clock = clock;
    }

    /** @param data asked for only where somebody is told */
    @Transactional(propagation = Propagation.MANDATORY)
    public void put(EventType type, String environment, Supplier<Map<String, ?>> data) {
        List<UUID> told = webhooks.toldOf(type, environment);
        if (!told.isEmpty()) {
            put(type, environment, told, data.get());
        }
    }

    /** To one webhook alone. @return the delivery, or nothing when the webhook is just being deleted */
    @Transactional(propagation = Propagation.MANDATORY)
    public OptionalLong ping(UUID webhook, String by) {
        return webhooks.isHeld(webhook)
                ? OptionalLong.of(put(EventType.PING, null, List.of(webhook), Map.of("by", by)))
                : OptionalLong.empty();
    }

    private long put(EventType type, @Nullable String environment, List<UUID> told, Map<String, ?> data) {
        Instant now = now();
        long event = rows.insertEvent(UUID.randomUUID(), type, environment, now, json.writeValueAsString(data));
        long last = 0;
        for (UUID webhook : told) {
            last = rows.insert(webhook, event, now);
            scheduler.schedule(new Errand(last, 0).task(), now);
        }
        return last;
    }

    /** A delivery is tried again from its beginning; a try under way is left alone, and what becomes of it is not written. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void again(long delivery) {
        Instant now = now();
        rows.again(delivery, now).ifPresent(errand -> scheduler.schedule(errand.task(), now));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
