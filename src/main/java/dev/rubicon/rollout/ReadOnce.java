package dev.rubicon.rollout;

import dev.rubicon.gate.FreezeWindow;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.Comment;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What several rollouts have in common, each thing read when it is first asked for and then kept. It is for one look: made,
 * asked by one thread and let go, so that nothing in it is older than the answer that it is for.
 */
final class ReadOnce {

    /** Where it is read. */
    record Sources(Plans plans, Environments environments, Gates gates) {}

    private final Sources sources;
    private final Map<String, Policy> policies = new HashMap<>();
    private final Map<String, List<FreezeWindow>> freezes = new HashMap<>();
    private final Map<String, PlanRevision> revisions = new HashMap<>();
    private final Map<String, List<Finding>> findings = new HashMap<>();
    private final Map<String, List<Comment>> changesRequested = new HashMap<>();

    ReadOnce(Sources sources) {
        this.sources = sources;
    }

    PlanRevision revision(Rollout rollout) {
        return revisions.computeIfAbsent(key(rollout.plan(), rollout.revision()),
                any -> sources.plans.get(rollout.plan(), rollout.revision()));
    }

    /** As it is now, not as it was frozen. */
    Policy policy(String environment) {
        return policies.computeIfAbsent(environment,
                any -> sources.environments.find(environment).orElseThrow().policy());
    }

    List<FreezeWindow> freezes(String environment) {
        return freezes.computeIfAbsent(environment, sources.gates::freezes);
    }

    List<Finding> openFindings(PlanRevision revision) {
        return findings.computeIfAbsent(key(revision.plan(), revision.revision()),
                any -> sources.plans.openFindings(revision));
    }

    List<Comment> changesRequested(Rollout rollout) {
        return changesRequested.computeIfAbsent(key(rollout.plan(), rollout.revision()),
                any -> sources.plans.changesRequested(rollout.plan(), rollout.revision()));
    }

    private static String key(String plan, int revision) {
        return plan + "/" + revision;
    }
}
