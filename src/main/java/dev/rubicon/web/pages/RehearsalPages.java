package dev.rubicon.web.pages;

import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.Foresight;
import dev.rubicon.rehearsal.ProductionCheck;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rollout.RolloutFilter;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import java.time.Clock;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The rehearsals of a revision: what was seen, and the button for another one. */
@Controller
@RequestMapping("/plans/{plan}/revisions/{revision}/rehearsals")
class RehearsalPages {

    private final Rehearsals rehearsals;
    private final Foresight foresight;
    private final ProductionCheck production;
    private final Plans plans;
    private final Targets targets;
    private final Rollouts rollouts;
    private final Clock clock;

    RehearsalPages(Rehearsals rehearsals, Foresight foresight, ProductionCheck production, Plans plans,
            Targets targets, Rollouts rollouts, Clock clock) {
        this.rollouts = rollouts;
        this.rehearsals = rehearsals;
        this.foresight = foresight;
        this.production = production;
        this.plans = plans;
        this.targets = targets;
        this.clock = clock;
    }

    @GetMapping
    String show(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            Model model) {
        PlanRevision shown = plans.get(plan, revision);
        List<Target> fitting = targets.all(actor).stream()
                .filter(target -> target.engine() == shown.document().engine()).toList();
        List<Rehearsal> all = rehearsals.of(actor, plan, revision);
        model.addAttribute("page", RehearsalsPage.of(shown, all, foresight.of(shown, all),
                production.of(actor, shown), fitting,
                new RehearsalsPage.Beside(plans.revisions(plan).size(), rollouts.count(actor,
                        RolloutFilter.ofPlan(plan))),
                actor, clock.instant()));
        return "rehearsals";
    }

    @PostMapping("/{id}/looks")
    String look(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @PathVariable long id, RedirectAttributes flash) {
        try {
            rehearsals.look(actor, id);
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/plans/%s/revisions/%d/rehearsals".formatted(plan, revision);
    }

    @PostMapping
    String ask(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @RequestParam String target, @RequestParam("class") String evidenceClass,
            RedirectAttributes flash) {
        try {
            rehearsals.ask(actor, plan, revision, target, EvidenceClass.of(evidenceClass));
            flash.addFlashAttribute("notice", Notice.done("Asked for: it is rehearsed as " + target
                    + " is, and this page follows it"));
        } catch (Problem problem) {
            flash.addFlashAttribute("notice", Notice.of(problem));
        }
        return "redirect:/plans/%s/revisions/%d/rehearsals".formatted(plan, revision);
    }
}
