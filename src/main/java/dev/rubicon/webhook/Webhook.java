package dev.rubicon.webhook;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Who is told of what; never with the secret.
 *
 * @param environments the only ones whose events it is told of; none for all
 */
public record Webhook(UUID id, String name, String url, List<EventType> events, List<String> environments,
        String createdBy, Instant createdAt) {

    /** A webhook never changes, so its entity tag is always this one's. */
    public static final long VERSION = 0;

    /** What its secret is sealed for. */
    static String owner(UUID id) {
        return "webhook:" + id;
    }
}
