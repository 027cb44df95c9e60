package dev.rubicon.web.pages;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.ChainVerification;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The audit trail. */
@Controller
class AuditPages {

    record Page(List<Row> rows, @Nullable String next, String who, String action, String subject) {}

    /** @param href where the subject is to be seen, or null */
    record Row(long id, Moment at, String actor, String action, String subject, @Nullable String href,
            String environment, String details, boolean linked) {}

    private final ObjectProvider<TrailReader> trail;
    private final AuditTrail chain;
    private final Clock clock;

    AuditPages(ObjectProvider<TrailReader> trail, AuditTrail chain, Clock clock) {
        this.trail = trail;
        this.chain = chain;
        this.clock = clock;
    }

    @GetMapping("/audit")
    String audit(@AuthenticationPrincipal Actor actor, @RequestParam(defaultValue = "") String who,
            @RequestParam(defaultValue = "") String action, @RequestParam(defaultValue = "") String subject,
            @RequestParam(required = false) @Nullable String cursor, Model model) {
        actor.demandAnywhere(Permission.READ_AUDIT);
        TrailReader.Entries entries = trail.getObject().entries(actor, empty(who), empty(action), empty(subject),
                cursor);
        Instant now = clock.instant();
        model.addAttribute("page", new Page(entries.items().stream().map(entry -> row(entry, now)).toList(),
                entries.next(), who, action, subject));
        return "audit";
    }

    /** Recomputes the whole chain, and says what came of it. */
    @PostMapping("/audit/verifications")
    String verify(@AuthenticationPrincipal Actor actor, RedirectAttributes flash) {
        ChainVerification found = chain.verify(actor);
        flash.addFlashAttribute("notice", found.intact()
                ? new Notice("good", "The chain is whole: " + Amounts.count(found.chainedTo(), "link") + " recomputed",
                        found.pending() == 0 ? "" : Amounts.count(found.pending()) + " newer not linked yet.",
                        "Its head is " + found.head() + ". Whoever keeps that elsewhere can later prove that the chain "
                                + "was not replaced as a whole.",
                        List.of())
                : new Notice("bad", "The chain is broken at link " + found.brokenAt(),
                        Objects.requireNonNullElse(found.reason(), ""),
                        "Compare this entry and those behind it with a copy from elsewhere: somebody changed the "
                                + "table.",
                        List.of()));
        return "redirect:/audit";
    }

    private static Row row(TrailReader.Entry entry, Instant now) {
        String actor = entry.token() == null ? entry.actor() : entry.actor() + " (token " + entry.token() + ")";
        return new Row(entry.id(), Moment.of(entry.at(), now), actor, entry.action(),
                entry.subjectType() + " " + entry.subjectId(), href(entry),
                Objects.requireNonNullElse(entry.environment(), ""), entry.details(), entry.link() != null);
    }

    private static @Nullable String href(TrailReader.Entry entry) {
        return switch (entry.subjectType()) {
            case "rollout" -> "/rollouts/" + entry.subjectId();
            case "plan" -> "/plans/" + entry.subjectId();
            case "target" -> "/targets/" + entry.subjectId();
            default -> null;
        };
    }

    private static @Nullable String empty(String text) {
        return text.isBlank() ? null : text.strip();
    }
}
