package dev.rubicon.web.pages;

import dev.rubicon.problem.Problem;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;

/** The questions before a cancel, each on a page of its own: a cancel is for good. */
@Controller
@RequestMapping("/rollouts/{id}")
class SurePages {

    private final Rollouts rollouts;

    SurePages(Rollouts rollouts) {
        this.rollouts = rollouts;
    }

    @GetMapping("/cancel")
    String rollout(@AuthenticationPrincipal Actor actor, @PathVariable long id, Model model) {
        return ask(SurePage.rollout(operated(actor, id)), model);
    }

    @GetMapping("/runs/{target}/cancel")
    String run(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            Model model) {
        return ask(SurePage.run(operated(actor, id, target), target), model);
    }

    @GetMapping("/runs/{target}/steps/{step}/cancel")
    String step(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            @PathVariable String step, Model model) {
        return ask(SurePage.step(operated(actor, id, target), target, step), model);
    }

    private RolloutView operated(Actor actor, long id) {
        RolloutView rollout = rollouts.get(actor, id);
        actor.demand(Permission.OPERATE, rollout.environment());
        return rollout;
    }

    private RolloutView operated(Actor actor, long id, String target) {
        RolloutView rollout = operated(actor, id);
        if (rollout.targets().stream().noneMatch(one -> one.target().equals(target))) {
            throw Problem.notFound("target " + target + " in rollout " + id);
        }
        return rollout;
    }

    private static String ask(SurePage page, Model model) {
        model.addAttribute("page", page);
        return "sure";
    }
}
