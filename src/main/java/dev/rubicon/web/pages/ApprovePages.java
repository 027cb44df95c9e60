package dev.rubicon.web.pages;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.Terms;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The decision on one phase. A refusal comes back on the same page, with what was typed. */
@Controller
@RequestMapping("/rollouts/{id}/phases/{phase}/approve")
class ApprovePages {

    private final Rollouts rollouts;
    private final Plans plans;
    private final Judgement judgement;
    private final Rehearsals rehearsals;
    private final Clock clock;

    ApprovePages(Rollouts rollouts, Plans plans, Judgement judgement, Rehearsals rehearsals, Clock clock) {
        this.rehearsals = rehearsals;
        this.rollouts = rollouts;
        this.plans = plans;
        this.judgement = judgement;
        this.clock = clock;
    }

    @GetMapping
    String ask(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable int phase, Model model) {
        RolloutView rollout = with(actor, id, phase);
        PlanRevision revision = plans.get(rollout.plan(), rollout.revision());
        model.addAttribute("page", ApprovePage.of(rollout, revision, phase, plans.openFindings(revision),
                judgement.judge(plans.text(revision), Terms.TEXT).statements(),
                Rehearsed.of(rehearsals.of(actor, rollout.plan(), rollout.revision()),
                        rollout.targets().stream().map(RolloutView.TargetView::target).toList(), clock.instant()),
                actor, clock.instant()));
        return "approve";
    }

    @PostMapping
    String decide(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable int phase,
            @RequestParam String decision, @RequestParam String digest, @RequestParam String rollout,
            @RequestParam(required = false) @Nullable String comment,
            @RequestParam(required = false) @Nullable String crossing, Model model, RedirectAttributes flash,
            HttpServletResponse response) {
        boolean approve = decision.equals("approve");
        try {
            rollouts.decide(actor, id, phase, new Rollouts.Decision(
                    approve ? Gates.Decision.APPROVE : Gates.Decision.REJECT, approve ? digest : rollout, comment,
                    crossing));
        } catch (Problem problem) {
            RolloutView now = with(actor, id, phase);
            if (approve && problem.type() == ProblemType.CONFLICT && Late.stands(now, phase, actor)) {
                flash.addFlashAttribute("notice", Notice.done("You have approved this already, and it stands"));
                return "redirect:/rollouts/" + id;
            }
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Late.words(problem, now, phase));
            model.addAttribute("comment", comment);
            model.addAttribute("crossing", crossing);
            return ask(actor, id, phase, model);
        }
        flash.addFlashAttribute("notice", Notice.done(approve ? "Approved" : "Rejected"));
        return "redirect:/rollouts/" + id;
    }

    /** @throws Problem NOT_FOUND when there is no such rollout for this reader, or no such phase in it */
    private RolloutView with(Actor actor, long id, int phase) {
        RolloutView rollout = rollouts.get(actor, id);
        if (phase < 0 || phase >= rollout.phases().size()) {
            throw Problem.notFound("phase " + phase + " in rollout " + id);
        }
        return rollout;
    }
}
