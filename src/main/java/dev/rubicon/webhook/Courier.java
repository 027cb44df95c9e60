package dev.rubicon.webhook;

import dev.rubicon.registry.Sealing;
import dev.rubicon.webhook.DeliveryRows.Due;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Carries one event to one webhook: at least once, signed anew at each try. */
class Courier {

    private final WebhookRows webhooks;
    private final DeliveryRows rows;
    private final Sealing sealing;
    private final Post post;
    private final JsonMapper json;
    private final Clock clock;
    private final DoubleSupplier chance;
    private final int each;
    /** By webhook: a receiver that does not answer holds up what is for it, and nothing else. */
    private final Map<UUID, Semaphore> rooms = new ConcurrentHashMap<>();

    /** @param each how many are tried at a time for one webhook: the node's threads are for migrations first */
    Courier(WebhookRows webhooks, DeliveryRows rows, Sealing sealing, Post post, JsonMapper json, Clock clock,
            DoubleSupplier chance, int each) {
        this.webhooks = webhooks;
        this.rows = rows;
        this.sealing = sealing;
        this.post = post;
        this.json = json;
        this.clock = clock;
        this.chance = chance;
        this.each = each;
    }

    /**
     * Tries once; no transaction is open while it waits for the receiver.
     *
     * @return when to come again, or empty when it is delivered, dead, gone or another's
     */
    Optional<Duration> carry(Errand errand) {
        Due due = rows.waiting(errand).orElse(null);
        WebhookRows.Row webhook = due == null ? null : webhooks.find(due.delivery().webhook()).orElse(null);
        if (due == null || webhook == null) {
            return Optional.empty();
        }
        Semaphore room = rooms.computeIfAbsent(webhook.webhook().id(), any -> new Semaphore(each));
        if (!room.tryAcquire()) {
            // no failure: nobody was asked. Far enough off that a thousand that wait cost the database little, and apart,
            // so that they do not come back together
            return Optional.of(Duration.ofMillis(10_000 + Math.round(20_000 * chance.getAsDouble())));
        }
        try {
            return tryOnce(due, webhook);
        } finally {
            room.release();
        }
    }

    private Optional<Duration> tryOnce(Due due, WebhookRows.Row webhook) {
        try {
            Post.Answer answer = send(due, webhook);
            if (answer.status() >= 200 && answer.status() < 300) {
                rows.tried(due, DeliveryState.DELIVERED, null, now(), answer.status(), answer.excerpt(), null);
                return Optional.empty();
            }
            return failed(due, answer, "it answered " + answer.status()
                    + (answer.status() / 100 == 3 ? ", and redirects are not followed" : ""));
        } catch (Post.Unsent unsent) {
            return failed(due, null, unsent.sentence());
        }
    }

    private Post.Answer send(Due due, WebhookRows.Row webhook) throws Post.Unsent {
        String secret;
        try {
            secret = sealing.open(Webhook.owner(webhook.webhook().id()), webhook.secret());
        } catch (IllegalArgumentException e) {
            throw new Post.Unsent("it cannot be signed: " + e.getMessage());
        }
        String body = body(due);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", "Rubicon");
        headers.put("Rubicon-Event", due.delivery().type());
        headers.put("Rubicon-Delivery", Long.toString(due.delivery().id()));
        headers.put(Signature.HEADER, Signature.of(secret, clock.instant(), body));
        return post.send(URI.create(webhook.webhook().url()), headers, body);
    }

    private String body(Due due) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", due.delivery().event());
        body.put("sequence", due.delivery().sequence());
        body.put("type", due.delivery().type());
        body.put("at", due.delivery().at().toString());
        body.put("environment", due.delivery().environment());
        body.put("data", json.readTree(due.data()));
        return json.writeValueAsString(body);
    }

    private Optional<Duration> failed(Due due, Post.@Nullable Answer answer, String fault) {
        Instant now = now();
        Optional<Duration> wait = Backoff.after(due.failures() + 1, Duration.between(due.askedAt(), now),
                chance.getAsDouble());
        boolean isMine = rows.tried(due, wait.isPresent() ? DeliveryState.WAITING : DeliveryState.DEAD,
                wait.map(now::plus).orElse(null), now, answer == null ? null : answer.status(),
                answer == null ? null : answer.excerpt(), fault);
        return isMine ? wait : Optional.empty();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
