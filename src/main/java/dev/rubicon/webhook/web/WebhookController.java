package dev.rubicon.webhook.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.security.Actor;
import dev.rubicon.webhook.Delivery;
import dev.rubicon.webhook.DeliveryState;
import dev.rubicon.webhook.EventType;
import dev.rubicon.webhook.IssuedWebhook;
import dev.rubicon.webhook.NewWebhook;
import dev.rubicon.webhook.Webhook;
import dev.rubicon.webhook.Webhooks;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who is told of events, and how that went. */
@RestController
@RequestMapping("/api/v1/webhooks")
class WebhookController {

    private final Webhooks webhooks;

    WebhookController(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    /** @param secret stands in the answer to the creation alone */
    record View(UUID id, String name, String url, List<EventType> events, List<String> environments, String createdBy,
            Instant createdAt, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {

        static View of(Webhook webhook, @Nullable String secret) {
            return new View(webhook.id(), webhook.name(), webhook.url(), webhook.events(), webhook.environments(),
                    webhook.createdBy(), webhook.createdAt(), secret);
        }

        @Override
        public String toString() {
            return "View[" + id + "]";
        }
    }

    /** All at once: there are at most 50. */
    @GetMapping
    Page<View> all(@AuthenticationPrincipal Actor actor) {
        return new Page<>(webhooks.all(actor).stream().map(webhook -> View.of(webhook, null)).toList(), null);
    }

    /** Not to be stored anywhere, by no cache and not for an Idempotency-Key: the answer carries the secret. */
    @PostMapping
    ResponseEntity<View> create(@AuthenticationPrincipal Actor actor, @RequestBody NewWebhook asked) {
        IssuedWebhook issued = webhooks.create(actor, asked);
        return ResponseEntity.created(URI.create("/api/v1/webhooks/" + issued.webhook().id()))
                .eTag(IfMatch.etag(Webhook.VERSION)).cacheControl(CacheControl.noStore())
                .body(View.of(issued.webhook(), issued.secret()));
    }

    @GetMapping("/{id}")
    ResponseEntity<View> one(@AuthenticationPrincipal Actor actor, @PathVariable UUID id) {
        return ResponseEntity.ok().eTag(IfMatch.etag(Webhook.VERSION)).body(View.of(webhooks.get(actor, id), null));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Void> delete(@AuthenticationPrincipal Actor actor, @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        webhooks.delete(actor, id, new IfMatch(ifMatch));
        return ResponseEntity.noContent().build();
    }

    /** The newest first. */
    @GetMapping("/{id}/deliveries")
    Page<Delivery> deliveries(@AuthenticationPrincipal Actor actor, @PathVariable UUID id,
            @RequestParam(required = false) @Nullable DeliveryState state,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return webhooks.deliveries(actor, id, state, Page.limit(limit), cursor);
    }

    /** Sends it again with the same id and sequence. */
    @PostMapping("/{id}/deliveries/{delivery}/redeliver")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Delivery redeliver(@AuthenticationPrincipal Actor actor, @PathVariable UUID id, @PathVariable long delivery) {
        return webhooks.redeliver(actor, id, delivery);
    }

    /** Sends an event of type {@code ping}. */
    @PostMapping("/{id}/ping")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Delivery ping(@AuthenticationPrincipal Actor actor, @PathVariable UUID id) {
        return webhooks.ping(actor, id);
    }
}
