package dev.rubicon.rollout;

import dev.rubicon.registry.Policy;
import dev.rubicon.registry.TargetIdentity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout's digest is taken over, fixed when it was opened: what approvals are given to.
 *
 * @param revisionDigest of the plan's revision
 * @param approvals how many people must approve each phase, by its index
 */
record Frozen(String revisionDigest, String environment, List<FrozenTarget> targets, List<Rollouts.Wave> waves,
        String startPhases, Policy policy, List<Integer> approvals) {

    /**
     * @param identity which database it was when the rollout was opened
     * @param wave from 0
     */
    record FrozenTarget(String name, @Nullable TargetIdentity identity, Map<String, String> labels, int wave) {}
}
