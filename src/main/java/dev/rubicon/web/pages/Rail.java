package dev.rubicon.web.pages;

import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Verdict;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The crossing: phases from bank to bank, gates as locks between them, the point of no return as a river.
 *
 * @param river what the river is, or null when every step has a way back
 */
record Rail(List<Bank> banks, @Nullable River river) {

    /**
     * One phase.
     *
     * @param line where it stands, in a sentence
     * @param percent done, for the drawing
     * @param here whether the rollout is at this phase now
     * @param before the gate at its beginning, only for the first phase
     * @param after the gate to the next phase, which stands on this side of the river
     * @param rehearsed how its way back went when it was rehearsed, or null where it was not
     * @param riverBefore whether the river flows in front of it
     */
    record Bank(int index, String kind, String title, @Nullable Sign sign, String line, int percent, boolean here,
            @Nullable Lock before, @Nullable Lock after, WayBack back, Rehearsed.@Nullable Back rehearsed,
            boolean riverBefore, boolean beyond) {}

    /**
     * A gate; {@code title} says what it waits for, or what it let through.
     *
     * @param here whether the rollout stands before it
     */
    record Lock(boolean open, String title, boolean here) {}

    /** @param reason why nothing comes back from there */
    record River(String step, String reason, boolean crossed, String crossedOn) {}

    /** @param rehearsed the newest rehearsal that passed, or null */
    static Rail of(RolloutView rollout, PlanRevision revision, @Nullable Rehearsed rehearsed) {
        List<Bank> banks = new ArrayList<>();
        Verdict.PointOfNoReturn river = rollout.pointOfNoReturn();
        int here = here(rollout);
        for (RolloutView.PhaseView phase : rollout.phases()) {
            boolean last = phase.index() + 1 >= rollout.phases().size();
            banks.add(new Bank(phase.index(), phase.phase(), phase.title(), Sign.of(phase.state()), line(phase),
                    percent(phase), phase.index() == here && phase.state() != PhaseState.WAITING,
                    phase.index() == 0 ? lock(phase, here) : null,
                    last ? null : lock(rollout.phases().get(phase.index() + 1), here),
                    WayBack.of(revision.document().phases().get(phase.index()), phase.overTheRiver()),
                    back(rehearsed, phase.index(), phase.overTheRiver()),
                    river != null && river.phase() == phase.index(), phase.overTheRiver()));
        }
        return new Rail(banks, river == null ? null : river(river, rollout));
    }

    private static Rehearsed.@Nullable Back back(@Nullable Rehearsed rehearsed, int phase, boolean beyond) {
        return rehearsed == null || beyond ? null : rehearsed.back(phase);
    }

    /** @param rehearsed the newest rehearsal that passed, or null */
    static Rail of(PlanRevision revision, @Nullable Rehearsed rehearsed) {
        List<Phase> phases = revision.document().phases();
        Verdict.PointOfNoReturn river = revision.verdict() == null ? null : revision.verdict().pointOfNoReturn();
        List<Bank> banks = phases.stream().map(phase -> new Bank(phase.index(), phase.kind().word(), phase.title(),
                null, Amounts.count(phase.steps().size(), "step"), 0, false,
                phase.index() == 0 ? lock(phase) : null,
                phase.index() + 1 < phases.size() ? lock(phases.get(phase.index() + 1)) : null,
                WayBack.of(phase, revision.overTheRiver(phase.index())),
                back(rehearsed, phase.index(), revision.overTheRiver(phase.index())),
                river != null && river.phase() == phase.index(), revision.overTheRiver(phase.index()))).toList();
        return new Rail(banks, river == null ? null : new River(river.step(), river.reason(), false, ""));
    }

    private static River river(Verdict.PointOfNoReturn river, RolloutView rollout) {
        int crossed = rollout.crossed().size();
        return new River(river.step(), river.reason(), crossed > 0,
                crossed == 0 ? "" : "crossed on " + crossed + " of " + rollout.targets().size());
    }

    /** The phase that the rollout is at: the first that is not done, or -1 when all are. */
    static int here(RolloutView rollout) {
        return IntStream.range(0, rollout.phases().size())
                .filter(i -> rollout.phases().get(i).state() != PhaseState.DONE).findFirst().orElse(-1);
    }

    private static int percent(RolloutView.PhaseView phase) {
        return phase.state() == PhaseState.DONE ? 100 : Amounts.percent(phase.progress().fraction());
    }

    private static Lock lock(RolloutView.PhaseView phase, int here) {
        boolean waits = phase.state() == PhaseState.WAITING;
        if (!waits || phase.blockers().isEmpty()) {
            return new Lock(true, "Gate to " + phase.title() + ": open", waits && phase.index() == here);
        }
        return new Lock(false, "Gate to " + phase.title() + ": waits for "
                + String.join(", ", phase.blockers().stream().map(blocker -> blocker.type()).distinct().toList()),
                phase.index() == here);
    }

    private static Lock lock(Phase phase) {
        return new Lock(false, "Gate to " + phase.title() + ": " + String.join(", ", GateWords.of(phase.after())),
                false);
    }

    private static String line(RolloutView.PhaseView phase) {
        RolloutView.Progress progress = phase.progress();
        return switch (phase.state()) {
            case WAITING -> phase.blockers().isEmpty() ? "" : "for " + Amounts.count(phase.blockers().size(), "thing");
            case RUNNING, VERIFYING -> "%s of %s done · %d %%".formatted(Amounts.count(progress.done()),
                    Amounts.count(progress.targets(), "target"), Amounts.percent(progress.fraction()));
            case DONE -> "on " + Amounts.count(progress.done(), "target") + took(phase);
            case FAILED -> "%s of %s done, stopped at a failure".formatted(Amounts.count(progress.done()),
                    Amounts.count(progress.targets(), "target"));
            case ROLLING_BACK -> "being undone";
            case ROLLED_BACK -> "undone";
        };
    }

    private static String took(RolloutView.PhaseView phase) {
        return phase.startedAt() == null || phase.doneAt() == null
                ? ""
                : " · took " + Amounts.duration(Duration.between(phase.startedAt(), phase.doneAt()));
    }
}
