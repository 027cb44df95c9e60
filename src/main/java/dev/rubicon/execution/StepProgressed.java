package dev.rubicon.execution;

import dev.rubicon.engine.StepWatch;

/** A running step got on. Published in the transaction of the change, which has the rollout's {@link Turn}. */
public record StepProgressed(long rollout, long run, int phase, String target, String step,
        StepWatch.Progress progress) {}
