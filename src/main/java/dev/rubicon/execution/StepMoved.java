package dev.rubicon.execution;

/**
 * A step, or what it waits for, changed. Published in the transaction of the change, which has the rollout's
 * {@link Turn}.
 *
 * @param message what happened, in a sentence; empty when the state says it all
 */
public record StepMoved(long rollout, long run, int phase, String target, String step, StepState state,
        String message) {

    /** Whether it happened in a rehearsal, which no rollout hears of. */
    public boolean rehearsed() {
        return PhaseOrder.isRehearsal(rollout);
    }
}
