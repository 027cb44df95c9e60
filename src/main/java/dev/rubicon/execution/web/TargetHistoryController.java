package dev.rubicon.execution.web;

import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What has been done to a target, newest first. */
@RestController
@RequestMapping("/api/v1/targets/{name}/history")
class TargetHistoryController {

    private static final int MOST = 200;

    private final Targets targets;
    private final PhaseRuns phaseRuns;

    TargetHistoryController(Targets targets, PhaseRuns phaseRuns) {
        this.targets = targets;
        this.phaseRuns = phaseRuns;
    }

    /** The newest phase runs with their steps and attempts. */
    record History(List<PhaseRunView> items) {}

    @GetMapping
    History of(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestParam(defaultValue = "50") int limit) {
        targets.get(actor, name);
        return new History(phaseRuns.history(name, Math.clamp(limit, 1, MOST)));
    }
}
