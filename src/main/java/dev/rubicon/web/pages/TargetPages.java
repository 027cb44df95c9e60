package dev.rubicon.web.pages;

import dev.rubicon.problem.Problem;
import dev.rubicon.registry.BackfillLimit;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.rollout.LastRuns;
import dev.rubicon.rollout.RolloutFilter;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.verification.Drift;
import dev.rubicon.verification.Drifts;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Targets: the list, one database, registering. */
@Controller
@RequestMapping("/targets")
class TargetPages {

    /** How many of its rollouts a target's page tells. */
    private static final int HISTORY = 50;

    private final Targets targets;
    private final Environments environments;
    private final Rollouts rollouts;
    private final LastRuns lastRuns;
    private final Drifts drifts;
    private final ObjectProvider<TargetDesk> desk;
    private final Clock clock;

    TargetPages(Targets targets, Environments environments, Rollouts rollouts, LastRuns lastRuns, Drifts drifts,
            ObjectProvider<TargetDesk> desk, Clock clock) {
        this.drifts = drifts;
        this.targets = targets;
        this.environments = environments;
        this.rollouts = rollouts;
        this.lastRuns = lastRuns;
        this.desk = desk;
        this.clock = clock;
    }

    @GetMapping
    String list(@AuthenticationPrincipal Actor actor, @RequestParam(required = false) @Nullable String q,
            @RequestParam(defaultValue = "false") boolean all, Model model) {
        model.addAttribute("page", TargetList.of(targets.all(actor), drifts.all(actor), lastRuns.newest(actor), q, all,
                clock.instant()));
        return "targets";
    }

    @GetMapping("/new")
    String blank(@AuthenticationPrincipal Actor actor, Model model) {
        actor.demandAnywhere(Permission.MANAGE_TARGETS);
        model.addAttribute("environments", environments.all().stream().map(Environment::name)
                .filter(name -> actor.may(Permission.MANAGE_TARGETS, name)).toList());
        return "target-new";
    }

    @PostMapping("/new")
    String register(@AuthenticationPrincipal Actor actor, @RequestParam Map<String, String> form, Model model,
            RedirectAttributes flash, HttpServletResponse response) {
        String name = form.getOrDefault("name", "").strip();
        try {
            desk.getObject().register(actor, name, form.getOrDefault("environment", ""),
                    OpenPages.labels(form.getOrDefault("labels", "")), form.getOrDefault("url", "").strip(),
                    empty(form.get("username")), empty(form.get("password")), empty(form.get("passwordRef")));
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Notice.of(problem));
            model.addAttribute("form", form);
            return blank(actor, model);
        }
        flash.addFlashAttribute("notice", Notice.done(name + " is registered"));
        return "redirect:/targets/" + name;
    }

    @GetMapping("/{name}")
    String one(@AuthenticationPrincipal Actor actor, @PathVariable String name, Model model) {
        Target target = targets.get(actor, name);
        model.addAttribute("page", TargetPage.of(target, history(actor, name), desk.getIfAvailable() != null,
                actor, environments.find(target.environment()).orElseThrow().policy(), clock.instant()));
        Drift drift = drifts.of(actor, name);
        model.addAttribute("drift", DriftPage.sign(drift.state(), drift.open().size()));
        return "target";
    }

    private List<RolloutView> history(Actor actor, String name) {
        return rollouts.list(actor, RolloutFilter.onTarget(name), Long.MAX_VALUE, HISTORY);
    }

    @PostMapping("/{name}/checks")
    String check(@AuthenticationPrincipal Actor actor, @PathVariable String name, RedirectAttributes flash) {
        try {
            desk.getObject().check(actor, name);
            flash.addFlashAttribute("notice", Notice.done("Checked just now"));
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/targets/" + name;
    }

    @PostMapping("/{name}/limits")
    String limits(@AuthenticationPrincipal Actor actor, @PathVariable String name, @RequestParam long version,
            @RequestParam Map<String, String> form, Model model, RedirectAttributes flash,
            HttpServletResponse response) {
        Map<String, @Nullable String> limits = new LinkedHashMap<>();
        for (BackfillLimit limit : BackfillLimit.values()) {
            limits.put(limit.key(), empty(form.get(limit.key())));
        }
        try {
            desk.getObject().limits(actor, name, limits, version);
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Notice.of(problem));
            model.addAttribute("form", form);
            return one(actor, name, model);
        }
        flash.addFlashAttribute("notice", Notice.done("The limits are changed; backfills keep to them at once"));
        return "redirect:/targets/" + name;
    }

    private static @Nullable String empty(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}
