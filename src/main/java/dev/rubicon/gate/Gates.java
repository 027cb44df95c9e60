package dev.rubicon.gate;

import dev.rubicon.plan.Phase;
import dev.rubicon.registry.Policy;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The door: what a phase of a rollout waits for, and the decisions that open the way. */
@Component
public class Gates {

    /**
     * One phase of one rollout before its gates; everything here was frozen when the rollout was opened, but the time.
     *
     * @param digest the rollout's digest, to which approvals are bound
     * @param approvalsNeeded how many people must approve this phase
     * @param overTheRiver whether the phase crosses the point of no return or lies behind it
     * @param labels of the targets, by their names
     * @param previousPhaseDone when the phase before was done on every target, or null while it is not, or for the first
     */
    public record Passage(long rollout, String plan, int revision, String environment, Policy policy, Phase phase,
            String digest, String submittedBy, String openedBy, int approvalsNeeded, boolean overTheRiver,
            Map<String, Map<String, String>> labels, @Nullable Instant previousPhaseDone) {}

    /** A person's decision on one phase. */
    public record Approval(long rollout, int phase, Decision decision, String by, @Nullable String comment,
            String digest, boolean crossing, Map<String, Object> evidence, Instant at) {}

    /** What may be decided. */
    public enum Decision {
        APPROVE, REJECT
    }

    /** A named go that was given. */
    public record ManualGo(long rollout, int phase, String name, String by, @Nullable String comment, Instant at) {}

    /**
     * All unmet gates of the phase now: {@code approval}, {@code rejected}, {@code deployment}, {@code absent},
     * {@code soak}, {@code backup}, {@code manual}, {@code window}, {@code freeze}.
     */
    public List<Blocker> blockers(Passage passage) {
        throw new UnsupportedOperationException();
    }

    /**
     * Keeps a decision. The caller holds the rollout's row lock and has compared the digest; here four eyes are
     * demanded, and for a passage over the river the typed crossing.
     *
     * @param crossing the plan's name as typed, or null
     * @param evidence what was shown to the approver
     */
    public Approval decide(Actor actor, Passage passage, Decision decision, @Nullable String comment,
            @Nullable String crossing, Map<String, Object> evidence) {
        throw new UnsupportedOperationException();
    }

    /** All decisions on a rollout, oldest first. */
    public List<Approval> decisions(long rollout) {
        throw new UnsupportedOperationException();
    }

    /** Keeps a named go. The caller holds the rollout's row lock. */
    public void go(Actor actor, Passage passage, String name, @Nullable String comment) {
        throw new UnsupportedOperationException();
    }

    /** Applications and versions that are live in an environment and lie in the range. */
    public List<String> liveIn(String environment, Phase.Versions range) {
        throw new UnsupportedOperationException();
    }
}
