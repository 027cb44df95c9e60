package dev.rubicon.execution;

import dev.rubicon.engine.Direction;

/** A phase run changed its state. Published in the transaction of the change, which has the rollout's {@link Turn}. */
public record PhaseRunMoved(long rollout, long run, int phase, String target, Direction direction,
        PhaseRunState state) {

    /** Whether it happened in a rehearsal, which no rollout hears of. */
    public boolean rehearsed() {
        return PhaseOrder.isRehearsal(rollout);
    }
}
