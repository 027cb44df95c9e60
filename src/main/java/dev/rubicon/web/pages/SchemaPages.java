package dev.rubicon.web.pages;

import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.verification.Drifts;
import dev.rubicon.verification.Schemas;
import java.time.Clock;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The schema of a target, what differs there from what should be, and the two ways to deal with that. */
@Controller
@RequestMapping("/targets/{name}")
class SchemaPages {

    private final Targets targets;
    private final Schemas schemas;
    private final Drifts drifts;
    private final Clock clock;

    SchemaPages(Targets targets, Schemas schemas, Drifts drifts, Clock clock) {
        this.targets = targets;
        this.schemas = schemas;
        this.drifts = drifts;
        this.clock = clock;
    }

    @GetMapping("/schema")
    String schema(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestParam(defaultValue = "") String q, Model model) {
        Target target = targets.get(actor, name);
        model.addAttribute("page", SchemaPage.of(target, schemas.last(actor, name).orElse(null), q,
                actor.may(Permission.CHECK_TARGET, target.environment()), clock.instant()));
        return "schema";
    }

    @PostMapping("/schema")
    String read(@AuthenticationPrincipal Actor actor, @PathVariable String name, RedirectAttributes flash) {
        return act(name, "schema", flash, "Read just now", () -> schemas.take(actor, name));
    }

    @GetMapping("/drift")
    String drift(@AuthenticationPrincipal Actor actor, @PathVariable String name, Model model) {
        model.addAttribute("page", DriftPage.of(drifts.of(actor, name), actor, clock.instant()));
        return "drift";
    }

    @PostMapping("/drift/looks")
    String look(@AuthenticationPrincipal Actor actor, @PathVariable String name, RedirectAttributes flash) {
        return act(name, "drift", flash, "Compared just now", () -> drifts.look(actor, name));
    }

    /** Asks once more, and why. */
    @GetMapping("/drift/baseline")
    String ask(@AuthenticationPrincipal Actor actor, @PathVariable String name, Model model) {
        model.addAttribute("page", DriftPage.of(drifts.of(actor, name), actor, clock.instant()));
        return "drift-accept";
    }

    @PostMapping("/drift/baseline")
    String accept(@AuthenticationPrincipal Actor actor, @PathVariable String name, @RequestParam String fingerprint,
            @RequestParam(defaultValue = "") String reason, RedirectAttributes flash) {
        return act(name, "drift", flash, "What is there is what should be there from now on",
                () -> drifts.accept(actor, name, fingerprint, reason));
    }

    /** Shows the draft; what is submitted from there is a plan like any other. */
    @GetMapping("/drift/plan")
    String plan(@AuthenticationPrincipal Actor actor, @PathVariable String name, Model model,
            RedirectAttributes flash) {
        try {
            model.addAttribute("target", targets.get(actor, name).name());
            model.addAttribute("source", drifts.plan(actor, name));
            model.addAttribute("maySubmit", actor.mayAnywhere(Permission.SUBMIT_PLAN));
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
            return "redirect:/targets/" + name + "/drift";
        }
        return "drift-plan";
    }

    private static String act(String name, String page, RedirectAttributes flash, String done, Runnable deed) {
        try {
            deed.run();
            flash.addFlashAttribute("notice", Notice.done(done));
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/targets/" + name + "/" + page;
    }
}
