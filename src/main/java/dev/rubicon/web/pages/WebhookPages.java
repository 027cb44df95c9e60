package dev.rubicon.web.pages;

import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.webhook.Delivery;
import dev.rubicon.webhook.DeliveryState;
import dev.rubicon.webhook.EventType;
import dev.rubicon.webhook.IssuedWebhook;
import dev.rubicon.webhook.NewWebhook;
import dev.rubicon.webhook.Webhook;
import dev.rubicon.webhook.Webhooks;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Webhooks and their deliveries, for those who administer everything. */
@Controller
@RequestMapping("/settings/webhooks")
class WebhookPages {

    private static final int PAGE = 50;

    /** @param where the environments, in words */
    record Row(UUID id, String name, String url, List<String> events, String where, String by, Moment since) {

        static Row of(Webhook webhook, Instant now) {
            return new Row(webhook.id(), webhook.name(), webhook.url(),
                    webhook.events().stream().map(EventType::wireName).toList(),
                    webhook.environments().isEmpty()
                            ? "every environment"
                            : String.join(", ", webhook.environments()),
                    webhook.createdBy(), Moment.of(webhook.createdAt(), now));
        }
    }

    /**
     * One delivery.
     *
     * @param answer the last answer or what came in its way, in words
     * @param excerpt the beginning of the answer, or an empty text
     * @param next when it is tried again, or null
     */
    record Sent(long id, String type, long sequence, String environment, Moment at, Sign sign, int attempts,
            String answer, String excerpt, @Nullable Moment tried, @Nullable Moment next) {}

    record Box(String value, String says, boolean on) {}

    /** @param secret what nobody can read a second time */
    record Issued(UUID id, String name, String secret) {
        @Override
        public String toString() {
            return "Issued[" + name + "]";
        }
    }

    private final Webhooks webhooks;
    private final Environments environments;
    private final Clock clock;

    WebhookPages(Webhooks webhooks, Environments environments, Clock clock) {
        this.webhooks = webhooks;
        this.environments = environments;
        this.clock = clock;
    }

    @GetMapping
    String list(@AuthenticationPrincipal Actor actor, Model model) {
        return list(actor, Form.opened(Map.of()), model);
    }

    private String list(Actor actor, Form form, Model model) {
        if (!actor.may(Permission.MANAGE_WEBHOOKS, Actor.EVERYWHERE)) {
            throw Problem.notFound("list of webhooks");
        }
        Instant now = clock.instant();
        List<String> types = chosen(form, "event");
        List<String> places = chosen(form, "environment");
        model.addAttribute("webhooks", webhooks.all(actor).stream().map(webhook -> Row.of(webhook, now)).toList());
        model.addAttribute("refused", form.refused());
        model.addAttribute("fields", List.of(form.text("name", "Name", "for people, like chat of the database team"),
                form.field("url", "URL", "https, at a public address", "url")));
        model.addAttribute("secret", form.password("secret", "Secret",
                "signs what is sent; 16 to 200 characters, or empty for one that is made up"));
        model.addAttribute("events", Arrays.stream(EventType.values()).filter(EventType::canBeAskedFor).map(
                type -> new Box(type.wireName(), type.sentence(), types.contains(type.wireName()))).toList());
        model.addAttribute("eventsWrong", form.wrong("events"));
        model.addAttribute("environments", environments.all().stream().map(Environment::name)
                .map(name -> new Box(name, "", places.contains(name))).toList());
        return "settings-webhooks";
    }

    @PostMapping
    String create(@AuthenticationPrincipal Actor actor, @RequestParam MultiValueMap<String, String> typed, Model model,
            HttpServletResponse response) {
        Form form = new Form(Map.of(), typed, Map.of(), false);
        try {
            IssuedWebhook issued = webhooks.create(actor, new NewWebhook(form.value("name").strip(),
                    form.value("url").strip(), events(form), chosen(form, "environment"), form.value("secret")));
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            model.addAttribute("issued",
                    new Issued(issued.webhook().id(), issued.webhook().name(), issued.secret()));
            return list(actor, model);
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Notice.of(problem));
            return list(actor, Form.refused(Map.of(), typed, problem), model);
        }
    }

    @GetMapping("/{id}")
    String one(@AuthenticationPrincipal Actor actor, @PathVariable UUID id,
            @RequestParam(required = false) @Nullable DeliveryState state,
            @RequestParam(required = false) @Nullable String cursor, Model model) {
        Instant now = clock.instant();
        Row webhook = Row.of(webhooks.get(actor, id), now);
        Page<Delivery> page = webhooks.deliveries(actor, id, state, PAGE, cursor);
        model.addAttribute("page", webhook);
        model.addAttribute("deliveries", page.items().stream().map(each -> sent(each, now)).toList());
        model.addAttribute("next", page.next());
        model.addAttribute("state", state == null ? "" : state.name());
        return "settings-webhook";
    }

    @PostMapping("/{id}/ping")
    String ping(@AuthenticationPrincipal Actor actor, @PathVariable UUID id, RedirectAttributes flash) {
        webhooks.ping(actor, id);
        flash.addFlashAttribute("notice", Notice.done("A ping is on its way; look again for the answer"));
        return "redirect:/settings/webhooks/" + id;
    }

    @PostMapping("/{id}/deliveries/{delivery}/redeliver")
    String redeliver(@AuthenticationPrincipal Actor actor, @PathVariable UUID id, @PathVariable long delivery,
            RedirectAttributes flash) {
        webhooks.redeliver(actor, id, delivery);
        flash.addFlashAttribute("notice", Notice.done("It is sent again, with the same id and sequence"));
        return "redirect:/settings/webhooks/" + id;
    }

    @PostMapping("/{id}/delete")
    String delete(@AuthenticationPrincipal Actor actor, @PathVariable UUID id, RedirectAttributes flash) {
        String name = webhooks.get(actor, id).name();
        webhooks.delete(actor, id, new IfMatch(IfMatch.etag(Webhook.VERSION)));
        flash.addFlashAttribute("notice",
                Notice.done(name + " is deleted, and what was still to be delivered with it"));
        return "redirect:/settings/webhooks";
    }

    private static List<EventType> events(Form form) {
        List<String> sent = chosen(form, "event");
        return Arrays.stream(EventType.values()).filter(type -> sent.contains(type.wireName())).toList();
    }

    private static List<String> chosen(Form form, String name) {
        return form.typed() == null ? List.of() : form.typed().getOrDefault(name, List.of());
    }

    private static Sent sent(Delivery delivery, Instant now) {
        return new Sent(delivery.id(), delivery.type(), delivery.sequence(),
                delivery.environment() == null ? "" : delivery.environment(), Moment.of(delivery.at(), now),
                sign(delivery), delivery.attempts(), answer(delivery),
                delivery.excerpt() == null ? "" : delivery.excerpt(), Moment.ofNullable(delivery.triedAt(), now),
                Moment.ofNullable(delivery.nextTryAt(), now));
    }

    private static Sign sign(Delivery delivery) {
        return switch (delivery.state()) {
            case WAITING -> delivery.attempts() == 0
                    ? new Sign("clock", "soft", "waits")
                    : new Sign("clock", "hold", "tried again");
            case DELIVERED -> new Sign("check", "good", "delivered");
            case DEAD -> new Sign("cross", "bad", "given up");
        };
    }

    private static String answer(Delivery delivery) {
        if (delivery.fault() != null) {
            return delivery.fault();
        }
        return delivery.status() == null ? "" : "it answered " + delivery.status();
    }
}
