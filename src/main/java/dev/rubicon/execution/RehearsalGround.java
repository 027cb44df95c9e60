package dev.rubicon.execution;

import dev.rubicon.registry.TargetAccess;

/**
 * Knows how to connect to the shadows that rehearsals run on: they are in no registry. The room above, which makes them,
 * implements it.
 */
public interface RehearsalGround {

    /**
     * All that is needed to connect to a shadow.
     *
     * @throws dev.rubicon.problem.Problem when there is no such shadow any more
     */
    TargetAccess access(String shadow);
}
