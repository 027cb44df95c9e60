package dev.rubicon.security;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.util.Locale;
import java.util.stream.Collectors;

/** The actor lacks the role or scope for an act. */
public class NotAllowed extends Problem {

    public NotAllowed(Actor actor, Permission permission, String environment) {
        super(ProblemType.FORBIDDEN, "%s may not %s%s: that takes %s".formatted(actor.label(), permission.sentence(),
                environment.equals(Actor.EVERYWHERE) ? "" : " in " + environment,
                permission.roles().stream().sorted().map(role -> "the role " + role.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(" or "))));
    }
}
