package dev.rubicon.execution;

import dev.rubicon.engine.StepWatch;

/** A running step got on. Published in the transaction of the change, which has the rollout's {@link Turn}. */
public record StepProgressed(long rollout, long run, int phase, String target, String step,
        StepWatch.Progress progress) {

    /** Whether it happened in a rehearsal, which no rollout hears of. */
    public boolean rehearsed() {
        return PhaseOrder.isRehearsal(rollout);
    }
}
