package dev.rubicon.rollout;

import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.RunRequest;
import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.Verdict;
import dev.rubicon.rehearsal.Evidence;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as it is now, with the blockers of all its phases computed at this moment.
 *
 * @param startPhases {@code auto} or {@code manual}
 * @param speed of its backfills, from 0 (stand still) to 1 (full)
 * @param note why it is in this state, when that needs words
 * @param pointOfNoReturn the river, or null
 * @param crossed the targets that are past the river: there is no way back from there but the backup
 * @param lastEvent number of the newest event; live pages go on behind it
 */
public record RolloutView(long id, String plan, int revision, String title, String digest, String environment,
        RolloutState state, String startPhases, double speed, String submittedBy, String openedBy, Instant openedAt,
        @Nullable Instant endedAt, @Nullable String note, Verdict.@Nullable PointOfNoReturn pointOfNoReturn,
        List<String> crossed, List<PhaseView> phases, List<TargetView> targets, long lastEvent, long version) {

    /** Whether this actor may decide on a phase that waits: a person with the right, not on their own, and not decided yet. */
    public boolean mayDecide(PhaseView phase, Actor actor) {
        return actor.token() == null && actor.may(Permission.APPROVE, environment) && !isOf(actor)
                && !approvers(phase).contains(actor.name());
    }

    /** Whether they submitted the revision or opened the rollout, so that others decide on it. */
    public boolean isOf(Actor actor) {
        return actor.name().equals(submittedBy) || actor.name().equals(openedBy);
    }

    /**
     * @param phase the kind's word
     * @param approvalsNeeded how many people must approve it
     * @param overTheRiver whether it crosses the point of no return or lies behind it
     * @param riskReasons why the risk is what it is, one sentence each
     * @param digest what an approval has to name: the rollout's digest, and where the environment demands evidence one
     *     over that and the evidence
     * @param evidence the rehearsal on which an approval would rest now, or null; never once the rollout has ended
     */
    public record PhaseView(int index, String phase, String title, PhaseState state, String digest,
            @Nullable Evidence evidence, List<Blocker> blockers,
            Progress progress, boolean overTheRiver, Verdict.Level risk, List<String> riskReasons, int approvalsNeeded,
            List<Gates.Approval> approvals, @Nullable Instant startedAt, @Nullable Instant doneAt) {}

    /**
     * @param done targets done, of {@code targets}
     * @param fraction done from 0 to 1, with the part of what runs
     */
    public record Progress(int done, int targets, double fraction) {}

    /**
     * One run.
     *
     * @param wave from 0
     * @param blocker why it does not move though its phase runs, or null
     * @param request what was asked of it last, and what was observed; or null
     */
    public record TargetView(String target, int wave, RunState state, @Nullable Blocker blocker, @Nullable String note,
            List<Cell> phases, @Nullable RunRequest request) {}

    /**
     * One phase on one target.
     *
     * @param run number of the newest phase run, or null before the first
     * @param fraction done, from 0 to 1
     * @param milliseconds it took, or has taken so far; null before it began
     * @param failure why it failed, or null
     */
    public record Cell(int phase, @Nullable Long run, @Nullable PhaseRunState state, boolean rollback, double fraction,
            @Nullable Long milliseconds, @Nullable String failure) {}

    /**
     * Those whose word stands as an approval of what waits now, each once, in the order in which they first spoke: the
     * newest that they said of the phase is yes, to this rollout's digest, and to the crossing where it lies over the river.
     */
    public List<String> approvers(PhaseView phase) {
        return Gates.Approval.newest(phase.approvals()).stream()
                .filter(last -> last.counts(digest, phase.overTheRiver())).map(Gates.Approval::by).toList();
    }
}
