package dev.rubicon.web.pages;

import dev.rubicon.paging.Page;
import dev.rubicon.problem.Problem;
import dev.rubicon.security.Actor;
import dev.rubicon.security.ApiToken;
import dev.rubicon.security.IssuedToken;
import dev.rubicon.security.NewToken;
import dev.rubicon.security.Permission;
import dev.rubicon.security.Scope;
import dev.rubicon.security.Tokens;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Tokens of pipelines. The secret of a new one is on the answer to the form alone, which nothing keeps. */
@Controller
@RequestMapping("/settings/tokens")
class TokenPages {

    private static final List<Integer> DAYS = List.of(7, 30, 90, 180, 365);

    /** @param owner whose it is, or an empty text for the reader's own */
    record Row(UUID id, String name, String owner, List<String> scopes, Sign sign, Moment expires, Moment created,
            @Nullable Moment used, boolean good) {}

    /** @param says what a token of this scope may do */
    record ScopeBox(String scope, String says, boolean on, boolean always) {}

    record Days(int days, String words, boolean chosen) {}

    /** @param secret what nobody can read a second time */
    record Issued(String name, String secret) {
        @Override
        public String toString() {
            return "Issued[" + name + "]";
        }
    }

    private final Tokens tokens;
    private final Clock clock;

    TokenPages(Tokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    @GetMapping
    String list(@AuthenticationPrincipal Actor actor, @RequestParam(required = false) @Nullable String cursor,
            Model model) {
        return list(actor, cursor, Form.opened(Map.of("days", "90")), model);
    }

    private String list(Actor actor, @Nullable String cursor, Form form, Model model) {
        Instant now = clock.instant();
        Page<ApiToken> page = tokens.all(actor, 100, cursor);
        model.addAttribute("tokens", page.items().stream().map(token -> row(token, actor, now)).toList());
        model.addAttribute("next", page.next());
        model.addAttribute("everybodys", actor.may(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE));
        model.addAttribute("refused", form.refused());
        model.addAttribute("name",
                form.text("name", "Name", "tells your tokens apart, like ci/deploy; it stands in the trail"));
        Set<Scope> chosen = form.typed() == null ? Set.of() : scopes(form.typed());
        model.addAttribute("scopes", Arrays.stream(Scope.values()).map(scope -> new ScopeBox(scope.wireName(),
                says(scope), scope == Scope.READ || chosen.contains(scope), scope == Scope.READ)).toList());
        model.addAttribute("days", DAYS.stream()
                .map(days -> new Days(days, days == 365 ? "a year" : days + " days",
                        form.value("days").equals(days.toString())))
                .toList());
        return "settings-tokens";
    }

    @PostMapping
    String create(@AuthenticationPrincipal Actor actor, @RequestParam MultiValueMap<String, String> typed,
            @RequestParam int days, Model model, HttpServletResponse response) {
        try {
            IssuedToken issued = tokens.create(actor, new NewToken(typed.getFirst("name"), scopes(typed),
                    clock.instant().plus(Duration.ofDays(days))));
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            model.addAttribute("issued", new Issued(issued.token().name(), issued.secret()));
            return list(actor, null, model);
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Notice.of(problem));
            return list(actor, null, Form.refused(Map.of(), typed, problem), model);
        }
    }

    @GetMapping("/{id}/revoke")
    String askWhether(@AuthenticationPrincipal Actor actor, @PathVariable UUID id, Model model) {
        ApiToken token = tokens.get(actor, id);
        String whose = token.owner().equals(actor.name()) ? "" : " of " + token.owner();
        model.addAttribute("page", new SureSetting("Tokens", "/settings/tokens", "Revoke " + token.name() + whose,
                "Whoever uses it is refused at once, and it cannot be undone.", "/settings/tokens/" + id + "/revoke",
                0));
        return "settings-sure";
    }

    @PostMapping("/{id}/revoke")
    String revoke(@AuthenticationPrincipal Actor actor, @PathVariable UUID id,
            @RequestParam(defaultValue = "false") boolean confirmed,
            @RequestHeader(name = "HX-Request", defaultValue = "false") boolean asked, RedirectAttributes flash) {
        if (!confirmed && !asked) {
            return "redirect:/settings/tokens/" + id + "/revoke";
        }
        tokens.revoke(actor, id);
        flash.addFlashAttribute("notice", Notice.done("The token is revoked; whoever shows it is refused from now on"));
        return "redirect:/settings/tokens";
    }

    private static Row row(ApiToken token, Actor reader, Instant now) {
        boolean expired = !token.expiresAt().isAfter(now);
        Sign sign = token.revokedAt() != null
                ? new Sign("stop", "soft", "revoked")
                : expired ? new Sign("clock", "soft", "expired") : new Sign("check", "good", "good");
        return new Row(token.id(), token.name(), token.owner().equals(reader.name()) ? "" : token.owner(),
                token.scopes().stream().sorted().map(Scope::wireName).toList(), sign,
                Moment.of(token.expiresAt(), now), Moment.of(token.createdAt(), now),
                Moment.ofNullable(token.lastUsedAt(), now), token.revokedAt() == null && !expired);
    }

    private static Set<Scope> scopes(MultiValueMap<String, String> typed) {
        List<String> sent = typed.getOrDefault("scope", List.of());
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        Arrays.stream(Scope.values()).filter(scope -> sent.contains(scope.wireName())).forEach(scopes::add);
        return scopes;
    }

    private static String says(Scope scope) {
        return switch (scope) {
            case READ -> "read what you may read; every token has it";
            case PLANS -> "submit plans";
            case ROLLOUTS -> "open and operate rollouts, never approve";
            case DEPLOYMENTS -> "report deployments";
            case BACKUPS -> "report backups";
            case TARGETS -> "manage targets";
        };
    }
}
