package dev.rubicon.web.pages;

import dev.rubicon.gate.FreezeWindow;
import dev.rubicon.gate.FreezeWindows;
import dev.rubicon.gate.VisibleEnvironments;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.Violations;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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

/** Freeze windows: those in force, ahead and over; setting and lifting. */
@Controller
@RequestMapping("/settings/freeze-windows")
class FreezePages {

    private static final int MOST = 200;
    private static final int PAST = 50;

    /**
     * @param lift what the button says, or an empty text where the reader has none
     * @param where the environment and the targets concerned, in words
     */
    record Row(long id, long version, String where, List<String> labels, String reason, String by, Moment starts,
            Moment ends, String lift) {}

    /** @param empty what it says where there is none */
    record Group(String title, String tone, String empty, List<Row> rows) {}

    private final FreezeWindows windows;
    private final VisibleEnvironments visible;
    private final Environments environments;
    private final Clock clock;

    FreezePages(FreezeWindows windows, VisibleEnvironments visible, Environments environments, Clock clock) {
        this.windows = windows;
        this.visible = visible;
        this.environments = environments;
        this.clock = clock;
    }

    @GetMapping
    String list(@AuthenticationPrincipal Actor actor, Model model) {
        return list(actor, Form.opened(Map.of()), model);
    }

    private String list(Actor actor, Form form, Model model) {
        List<String> seen = visible.names(actor, null);
        Instant now = clock.instant();
        List<FreezeWindow> open = windows.list(seen, false, Long.MAX_VALUE, MOST);
        List<FreezeWindow> past = windows.list(seen, true, Long.MAX_VALUE, MOST).stream()
                .filter(window -> !window.endsAt().isAfter(now)).limit(PAST).toList();
        List<FreezeWindow> inForce = open.stream().filter(window -> !window.startsAt().isAfter(now)).toList();
        List<FreezeWindow> ahead = open.stream().filter(window -> window.startsAt().isAfter(now))
                .sorted(Comparator.comparing(FreezeWindow::startsAt)).toList();
        model.addAttribute("groups", List.of(
                new Group("In force now", "hold", "Nothing is frozen.", rows(inForce, "Lift now", actor, now)),
                new Group("Ahead", "soft", "None is set.", rows(ahead, "Delete", actor, now)),
                new Group("Over", "soft", "None has been.", rows(past, "", actor, now))));
        List<String> mine = environments.all(actor).stream().map(Environment::name)
                .filter(name -> actor.may(Permission.FREEZE, name)).toList();
        model.addAttribute("environments", mine);
        model.addAttribute("everywhere", actor.may(Permission.FREEZE, Actor.EVERYWHERE));
        model.addAttribute("environment", form.value("environment"));
        model.addAttribute("refused", form.refused());
        model.addAttribute("fields", List.of(
                form.text("labels", "Only targets with these labels", "like fleet=eu, tier=1; empty for all"),
                form.field("startsAt", "From", "in UTC; empty for now", "datetime-local"),
                form.field("endsAt", "Until", "in UTC", "datetime-local"),
                form.text("reason", "Why", "whoever waits reads it")));
        return "settings-freeze-windows";
    }

    @PostMapping
    String set(@AuthenticationPrincipal Actor actor, @RequestParam MultiValueMap<String, String> typed, Model model,
            RedirectAttributes flash, HttpServletResponse response) {
        try {
            FreezeWindow window = windows.set(actor, read(typed));
            flash.addFlashAttribute("notice", Notice.done(window.startsAt().isAfter(clock.instant())
                    ? "The freeze is set"
                    : "The freeze is in force: nothing starts there until it ends"));
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Notice.of(problem));
            return list(actor, Form.refused(Map.of(), typed, problem), model);
        }
        return "redirect:/settings/freeze-windows";
    }

    @GetMapping("/{id}/lift")
    String askWhether(@AuthenticationPrincipal Actor actor, @PathVariable long id, Model model) {
        Row row = rows(List.of(windows.get(actor, id)), "Lift the freeze", actor, clock.instant()).getFirst();
        if (row.lift().isEmpty()) {
            throw Problem.notFound("freeze window " + id + " that you may lift");
        }
        model.addAttribute("page", new SureSetting("Freeze windows", "/settings/freeze-windows", row.lift(),
                "“%s”, in %s. What waits for this freeze starts at once.".formatted(row.reason(), row.where()),
                "/settings/freeze-windows/" + id + "/lift", row.version()));
        return "settings-sure";
    }

    @PostMapping("/{id}/lift")
    String lift(@AuthenticationPrincipal Actor actor, @PathVariable long id, @RequestParam long version,
            @RequestParam(defaultValue = "false") boolean confirmed,
            @RequestHeader(name = "HX-Request", defaultValue = "false") boolean asked, RedirectAttributes flash) {
        if (!confirmed && !asked) {
            return "redirect:/settings/freeze-windows/" + id + "/lift";
        }
        try {
            windows.lift(actor, id, version);
            flash.addFlashAttribute("notice", Notice.done("The freeze is lifted; what waited for it goes on"));
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/settings/freeze-windows";
    }

    private static FreezeWindows.Freeze read(MultiValueMap<String, String> typed) {
        Violations violations = new Violations();
        Instant starts = instant(typed, "startsAt", violations);
        Instant ends = instant(typed, "endsAt", violations);
        violations.unless(ends != null || !text(typed, "endsAt").isEmpty(), "/endsAt", "A freeze has an end")
                .unless(!text(typed, "reason").isEmpty(), "/reason",
                        "A freeze has a reason, of at most 500 characters");
        violations.refuse();
        String environment = text(typed, "environment");
        return new FreezeWindows.Freeze(environment.isEmpty() ? null : environment,
                OpenPages.labels(text(typed, "labels")), starts, Objects.requireNonNull(ends),
                text(typed, "reason"));
    }

    private static @Nullable Instant instant(MultiValueMap<String, String> typed, String name, Violations violations) {
        String text = text(typed, name);
        try {
            return text.isEmpty() ? null : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            violations.add("/" + name, "'" + text + "' is not a time; write it like 2026-12-24T18:00, in UTC");
            return null;
        }
    }

    private static String text(MultiValueMap<String, String> typed, String name) {
        return Objects.requireNonNullElse(typed.getFirst(name), "").strip();
    }

    private static List<Row> rows(List<FreezeWindow> windows, String lift, Actor actor, Instant now) {
        return windows.stream().map(window -> new Row(window.id(), window.version(),
                window.environment() == null ? "every environment" : window.environment(),
                window.labels().entrySet().stream().map(label -> label.getKey() + "=" + label.getValue()).toList(),
                window.reason(), window.setBy(), Moment.of(window.startsAt(), now), Moment.of(window.endsAt(), now),
                actor.may(Permission.FREEZE, Objects.requireNonNullElse(window.environment(), Actor.EVERYWHERE))
                        ? lift
                        : ""))
                .toList();
    }
}
