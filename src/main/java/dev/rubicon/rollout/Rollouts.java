package dev.rubicon.rollout;

import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.security.Actor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The door to rollouts. */
@Component
public class Rollouts {

    /** What to open. Exactly one of {@code names} and {@code labels} selects the targets. */
    public record Order(String plan, int revision, String environment, List<String> names, Map<String, String> labels,
            List<Wave> waves, String startPhases) {}

    /** The end of a wave: so many targets in all, or so many percent of the fleet, rounded up. */
    public record Wave(@Nullable Integer count, @Nullable Integer percent) {}

    /** A decision on a phase, bound to what was shown. */
    public record Decision(Gates.Decision decision, String digest, @Nullable String comment,
            @Nullable String crossing) {}

    /** What to undo: this phase and all behind it, on these targets or (empty) on all. */
    public record Return(int toPhase, String reason, List<String> targets, boolean force) {}

    /**
     * What a rollback will lose.
     *
     * @param rows rows at risk now, counted by the step's loss query; null without one
     */
    public record Loss(String target, String step, DataLoss dataLoss, @Nullable Long rows, @Nullable String window) {}

    /** What a rollback would do, before it is confirmed; {@code refusals} say why it would be refused. */
    public record ReturnPreview(List<Loss> losses, List<String> steps, List<String> refusals) {}

    public RolloutView open(Actor actor, Order order) {
        throw new UnsupportedOperationException();
    }

    /** The rollout, if the actor may see it; else the problem not-found. */
    public RolloutView get(Actor actor, long id) {
        throw new UnsupportedOperationException();
    }

    /** All that the actor may see, newest first. */
    public List<RolloutView> newest(Actor actor, int limit) {
        throw new UnsupportedOperationException();
    }

    /** The rollouts of a plan, newest first. */
    public List<RolloutView> ofPlan(Actor actor, String plan) {
        throw new UnsupportedOperationException();
    }

    /** All phase runs of a rollout on one target, oldest first, with steps and attempts. */
    public List<PhaseRunView> runs(Actor actor, long id, String target) {
        throw new UnsupportedOperationException();
    }

    public RolloutView decide(Actor actor, long id, int phase, Decision decision) {
        throw new UnsupportedOperationException();
    }

    /** Starts a phase by hand, where {@code startPhases} is manual. */
    public RolloutView start(Actor actor, long id, int phase) {
        throw new UnsupportedOperationException();
    }

    public RolloutView giveGo(Actor actor, long id, int phase, String gate, @Nullable String comment) {
        throw new UnsupportedOperationException();
    }

    public RolloutView pause(Actor actor, long id) {
        throw new UnsupportedOperationException();
    }

    public RolloutView resume(Actor actor, long id) {
        throw new UnsupportedOperationException();
    }

    public RolloutView cancel(Actor actor, long id) {
        throw new UnsupportedOperationException();
    }

    public RolloutView retry(Actor actor, long id) {
        throw new UnsupportedOperationException();
    }

    /** Leaves a failed target out of the rest, with a reason. */
    public RolloutView skip(Actor actor, long id, String target, String reason) {
        throw new UnsupportedOperationException();
    }

    public RolloutView speed(Actor actor, long id, double speed) {
        throw new UnsupportedOperationException();
    }

    public ReturnPreview previewRollback(Actor actor, long id, Return what) {
        throw new UnsupportedOperationException();
    }

    public RolloutView rollback(Actor actor, long id, Return what) {
        throw new UnsupportedOperationException();
    }
}
