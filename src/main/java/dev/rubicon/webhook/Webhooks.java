package dev.rubicon.webhook;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.paging.Cursor;
import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.problem.Violations;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Sealing;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;

/** The door to webhooks: for those who administer everything, and nobody else. */
@Component
public class Webhooks {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._/@:-]{0,79}");
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{16,200}");
    private static final String PREFIX = "whsec_";
    private static final int MOST = 50;
    private static final int LONGEST_URL = 2_000;

    private final WebhookRows rows;
    private final DeliveryRows deliveries;
    private final Outbox outbox;
    private final Sealing sealing;
    private final Environments environments;
    private final AuditTrail audit;
    private final WebhookSettings settings;
    private final Clock clock;
    private final TransactionOperations transactions;
    private final SecureRandom random = new SecureRandom();

    Webhooks(WebhookRows rows, DeliveryRows deliveries, Outbox outbox, Sealing sealing, Environments environments,
            AuditTrail audit, WebhookSettings settings, Clock clock, TransactionOperations transactions) {
        this.rows = rows;
        this.deliveries = deliveries;
        this.outbox = outbox;
        this.sealing = sealing;
        this.environments = environments;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
        this.transactions = transactions;
    }

    /** All of them, by name. */
    public List<Webhook> all(Actor actor) {
        actor.demand(Permission.MANAGE_WEBHOOKS, Actor.EVERYWHERE);
        return rows.all().stream().map(WebhookRows.Row::webhook).toList();
    }

    /** One; for who manages none there is none. */
    public Webhook get(Actor actor, UUID id) {
        return rows.find(id).filter(row -> actor.may(Permission.MANAGE_WEBHOOKS, Actor.EVERYWHERE))
                .orElseThrow(() -> Problem.notFound("webhook " + id)).webhook();
    }

    /** Makes a webhook; the answer is the only place where its secret ever stands. */
    @Transactional
    public IssuedWebhook create(Actor actor, NewWebhook asked) {
        actor.demand(Permission.MANAGE_WEBHOOKS, Actor.EVERYWHERE);
        check(asked);
        Webhook webhook = new Webhook(UUID.randomUUID(), Objects.requireNonNull(asked.name()),
                Objects.requireNonNull(asked.url()).strip(),
                Objects.requireNonNull(asked.events()).stream().distinct().sorted().toList(),
                environments(asked).stream().distinct().toList(), actor.label(),
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        String secret = asked.secret() == null || asked.secret().isEmpty() ? madeUp() : asked.secret();
        try {
            rows.insert(webhook, sealing.seal(Webhook.owner(webhook.id()), secret));
        } catch (DuplicateKeyException e) {
            throw new Problem(ProblemType.CONFLICT, "There is a webhook '" + webhook.name() + "' already");
        }
        audit.record(actor, "webhook.created", subject(webhook.id()), Map.of("name", webhook.name(), "host",
                String.valueOf(URI.create(webhook.url()).getHost()), "events", webhook.events(), "environments",
                webhook.environments()));
        return new IssuedWebhook(webhook, secret);
    }

    /**
     * Takes a webhook away, and with it what was still to be delivered: its deliveries in batches before it, so that the
     * transaction that holds its row is short.
     */
    public void delete(Actor actor, UUID id, IfMatch ifMatch) {
        Webhook webhook = get(actor, id);
        ifMatch.demand(Webhook.VERSION);
        Upkeep.allOf(() -> deliveries.delete(id));
        transactions.executeWithoutResult(status -> {
            if (!rows.delete(id)) {
                throw Problem.notFound("webhook " + id);
            }
            audit.record(actor, "webhook.deleted", subject(id), Map.of("name", webhook.name()));
        });
    }

    /** What was sent or is still to be, the newest first. @param state null for all */
    public Page<Delivery> deliveries(Actor actor, UUID id, @Nullable DeliveryState state, int limit,
            @Nullable String cursor) {
        get(actor, id);
        Cursor from = Cursor.read("deliveries", cursor, 1);
        return Page.of(deliveries.before(id, state, from == null ? Long.MAX_VALUE : from.number(0), limit + 1), limit,
                delivery -> Cursor.of("deliveries", delivery.id()));
    }

    /** Has an event sent again, at once, with the same id and sequence; whatever became of it before. */
    @Transactional
    public Delivery redeliver(Actor actor, UUID id, long delivery) {
        get(actor, id);
        Delivery found = deliveries.find(id, delivery)
                .orElseThrow(() -> Problem.notFound("delivery " + delivery + " of this webhook"));
        outbox.again(delivery);
        audit.record(actor, "webhook.redelivered", subject(id),
                Map.of("delivery", delivery, "event", found.event().toString(), "was", found.state()));
        return deliveries.find(id, delivery)
                .orElseThrow(() -> Problem.notFound("delivery " + delivery + " of this webhook"));
    }

    /** Sends an event that says nothing but that it arrives. */
    @Transactional
    public Delivery ping(Actor actor, UUID id) {
        get(actor, id);
        long delivery = outbox.ping(id, actor.label()).orElseThrow(() -> Problem.notFound("webhook " + id));
        audit.record(actor, "webhook.pinged", subject(id), Map.of("delivery", delivery));
        return deliveries.find(id, delivery).orElseThrow();
    }

    private void check(NewWebhook asked) {
        new Violations().whole(asked.events(), "/events").whole(asked.environments(), "/environments").refuse();
        Set<String> known = Set.copyOf(environments.all().stream().map(one -> one.name()).toList());
        Violations violations = new Violations()
                .unless(asked.name() != null && NAME.matcher(asked.name()).matches(), "/name",
                        "A webhook's name is 1 to 80 letters, digits, blanks or . _ / @ : -");
        String objection = objection(Objects.requireNonNullElse(asked.url(), "").strip());
        violations.unless(objection == null, "/url", String.valueOf(objection));
        violations.unless(
                asked.events() != null && !asked.events().isEmpty()
                        && asked.events().stream().allMatch(EventType::canBeAskedFor),
                "/events", "A webhook is told of one event at least; a ping is sent when somebody asks for it");
        environments(asked).stream().filter(name -> !known.contains(name)).forEach(
                name -> violations.add("/environments", "There is no environment '" + name + "'"));
        violations.unless(
                asked.secret() == null || asked.secret().isEmpty() || SECRET.matcher(asked.secret()).matches(),
                "/secret", "A secret is 16 to 200 visible ASCII characters; leave it out and one is made");
        violations.unless(rows.all().size() < MOST, "/name", "There are " + MOST + " webhooks, and no more can be");
        violations.refuse();
    }

    private @Nullable String objection(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            return "The URL is none";
        }
        boolean scheme = "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && settings.allowHttp());
        if (!scheme) {
            return "The URL begins with https://, as this server calls nothing else";
        }
        if (url.getHost() == null || url.getRawUserInfo() != null || text.length() > LONGEST_URL
                || url.getRawFragment() != null || url.getPort() == 0 || url.getPort() > 65_535) {
            return "The URL has a host, no name or password before it, no fragment, and at most " + LONGEST_URL
                    + " characters";
        }
        return null;
    }

    private static List<String> environments(NewWebhook asked) {
        return Objects.requireNonNullElse(asked.environments(), List.of());
    }

    private String madeUp() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Subject subject(UUID id) {
        return new Subject("webhook", id.toString(), null);
    }
}
