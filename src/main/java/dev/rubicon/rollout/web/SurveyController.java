package dev.rubicon.rollout.web;

import dev.rubicon.problem.Problem;
import dev.rubicon.rehearsal.Survey;
import dev.rubicon.rehearsal.Surveys;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Which schemas the targets of a rollout had at its opening, and which rehearsal stands for each. */
@RestController
class SurveyController {

    private final Rollouts rollouts;
    private final Surveys surveys;

    SurveyController(Rollouts rollouts, Surveys surveys) {
        this.rollouts = rollouts;
        this.surveys = surveys;
    }

    /** Not found where no evidence was demanded at the opening. */
    @GetMapping("/api/v1/rollouts/{id}/survey")
    Survey survey(@AuthenticationPrincipal Actor actor, @PathVariable long id) {
        return surveys.of(rollouts.get(actor, id).id())
                .orElseThrow(() -> Problem.notFound("survey of rollout #" + id));
    }
}
