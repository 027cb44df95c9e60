package dev.rubicon.rollout.web;

import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.plan.Plans;
import dev.rubicon.rehearsal.ProductionCheck;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The locks of the steps of a run, as they were foreseen, rehearsed and seen in production. */
@RestController
@RequestMapping("/api/v1/rollouts/{id}/runs/{target}/locks")
class RunLocksController {

    private final Rollouts rollouts;
    private final Plans plans;
    private final ProductionCheck production;

    RunLocksController(Rollouts rollouts, Plans plans, ProductionCheck production) {
        this.rollouts = rollouts;
        this.plans = plans;
        this.production = production;
    }

    @GetMapping
    List<ProductionCheck.StepLocks> locks(@AuthenticationPrincipal Actor actor, @PathVariable long id,
            @PathVariable String target) {
        List<PhaseRunView> runs = rollouts.runs(actor, id, target);
        RolloutView rollout = rollouts.get(actor, id);
        return production.of(actor, plans.get(rollout.plan(), rollout.revision()), runs);
    }
}
