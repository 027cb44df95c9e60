package dev.rubicon.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one webhook.
 *
 * @param event the event's id, the same for every webhook and every try
 * @param sequence the event's number; it grows, with gaps
 * @param type as {@link EventType#wireName()} has it; a newer node may write words that this one does not know
 * @param at when it happened
 * @param attempts how often it was sent
 * @param status of the last answer, or null when there was none
 * @param excerpt the beginning of the last answer's body, or null
 * @param fault why there was no good answer, or null
 */
public record Delivery(long id, UUID webhook, UUID event, long sequence, String type, @Nullable String environment,
        Instant at, DeliveryState state, int attempts, @Nullable Instant triedAt, @Nullable Instant nextTryAt,
        @Nullable Integer status, @Nullable String excerpt, @Nullable String fault) {}
