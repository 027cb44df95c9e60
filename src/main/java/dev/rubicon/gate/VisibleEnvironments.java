package dev.rubicon.gate;

import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Environments as an actor sees them: one that may not be seen is answered like one that does not exist. */
@Component
public class VisibleEnvironments {

    private final Environments environments;

    VisibleEnvironments(Environments environments) {
        this.environments = environments;
    }

    /** The names of all, or of the one asked for. @throws Problem not-found for one that the actor may not see */
    public List<String> names(Actor actor, @Nullable String only) {
        if (only == null) {
            return environments.all().stream().map(Environment::name).filter(actor::sees).toList();
        }
        if (environments.find(only).isEmpty() || !actor.sees(only)) {
            throw Problem.notFound("environment '" + only + "'");
        }
        return List.of(only);
    }

    /** Demands an act in an environment that a request's body names. A token's scope may be enough to know of it. */
    void demandForReport(Actor actor, Permission permission, String environment) {
        boolean known = environments.find(environment).isPresent()
                && (actor.sees(environment) || actor.may(permission, environment));
        if (!known) {
            List<String> seen = names(actor, null);
            throw Invalid.input("/environment", "There is no environment '%s' that you may see%s".formatted(environment,
                    seen.isEmpty() ? "" : "; there are " + String.join(", ", seen)));
        }
        actor.demand(permission, environment);
    }
}
