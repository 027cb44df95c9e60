package dev.rubicon.web.pages;

import dev.rubicon.plan.Plans;
import dev.rubicon.registry.Targets;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.rollout.WaysBackDrilled;
import dev.rubicon.security.Actor;
import dev.rubicon.verification.Drifts;
import java.time.Clock;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The start page. */
@Controller
class InboxPages {

    private final Rollouts rollouts;
    private final Plans plans;
    private final Targets targets;
    private final Drifts drifts;
    private final WaysBackDrilled ways;
    private final Clock clock;

    InboxPages(Rollouts rollouts, Plans plans, Targets targets, Drifts drifts, WaysBackDrilled ways,
            Clock clock) {
        this.ways = ways;
        this.drifts = drifts;
        this.rollouts = rollouts;
        this.plans = plans;
        this.targets = targets;
        this.clock = clock;
    }

    @GetMapping("/")
    String inbox(@AuthenticationPrincipal Actor actor, Model model) {
        InboxPage page = InboxPage.of(rollouts.newest(actor, 200), drifts.all(actor), ways.broken(actor), actor,
                clock.instant());
        model.addAttribute("page", page);
        if (page.empty()) {
            model.addAttribute("noTargets", targets.all(actor).isEmpty());
            model.addAttribute("noPlans", plans.newest().isEmpty());
        }
        return "inbox";
    }
}
