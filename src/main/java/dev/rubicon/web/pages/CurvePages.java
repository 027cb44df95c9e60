package dev.rubicon.web.pages;

import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.problem.Problem;
import dev.rubicon.rollout.Curves;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import java.time.Clock;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** How a backfill went over time: a page of its own, which the run's page takes in where scripts run. */
@Controller
class CurvePages {

    private final Curves curves;
    private final Rollouts rollouts;
    private final Clock clock;

    CurvePages(Curves curves, Rollouts rollouts, Clock clock) {
        this.curves = curves;
        this.rollouts = rollouts;
        this.clock = clock;
    }

    @GetMapping("/rollouts/{id}/runs/{target}/curve")
    String curve(@AuthenticationPrincipal Actor actor, @PathVariable long id, @PathVariable String target,
            Model model) {
        Curves.Curve curve = curves.newest(actor, id, target)
                .orElseThrow(() -> Problem.notFound("backfill of rollout #" + id + " on " + target));
        int phase = rollouts.runs(actor, id, target).stream().filter(run -> run.id() == curve.run())
                .mapToInt(PhaseRunView::phase).findFirst().orElse(0);
        model.addAttribute("page", CurvePage.of(id, target, phase, curve, clock.instant()));
        return "curve";
    }
}
