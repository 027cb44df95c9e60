package dev.rubicon.execution;

import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Where a run does its steps: on the target that the registry knows by its name, or on a shadow. */
@Component
class Grounds {

    private final Targets targets;
    private final ObjectProvider<RehearsalGround> shadows;

    Grounds(Targets targets, ObjectProvider<RehearsalGround> shadows) {
        this.targets = targets;
        this.shadows = shadows;
    }

    /** @throws dev.rubicon.problem.Problem when it cannot be said now */
    TargetAccess access(PhaseRun run) {
        return run.rehearsed() ? shadows.getObject().access(run.target()) : targets.access(run.target());
    }
}
