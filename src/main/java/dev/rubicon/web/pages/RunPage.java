package dev.rubicon.web.pages;

import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.rehearsal.ProductionCheck.StepLocks;
import dev.rubicon.rollout.Holders;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run: a rollout on one target, newest phase run first.
 *
 * @param verbs what the reader may do with this run now, the natural one first
 * @param skip whether the reader may leave this target out
 */
record RunPage(long rollout, String plan, String title, String environment, String target, int wave, Sign sign,
        String note, boolean crossed, boolean skip, List<Verb> verbs, boolean live, long lastEvent, SmallRail small,
        List<RunCard> runs) {

    /** Whether there is a curve to be drawn. */
    public boolean backfill() {
        return runs.stream().flatMap(run -> run.steps().stream())
                .anyMatch(step -> step.kind().equals("backfill") && step.bar() != null);
    }

    /**
     * A button, which keeps its place while it cannot be pressed: what destroys must not come to stand where what one
     * pressed last stood.
     *
     * @param word in the URL
     * @param confirm what to ask before, or null
     */
    record Verb(String word, String label, @Nullable String confirm, boolean may) {

        private Verb(String word, String label, @Nullable String confirm) {
            this(word, label, confirm, true);
        }
    }

    private static final Verb PAUSE = new Verb("pause", "Pause", null);
    private static final Verb PAUSING = new Verb("pause", "Pausing…", null, false);
    private static final Verb RESUME = new Verb("resume", "Resume", null);
    private static final Verb RETRY = new Verb("retry", "Retry", null);
    private static final Verb RELEASE = new Verb("release", "Give the target free", null);
    static final Verb CANCEL = new Verb("cancel", "Cancel",
            "Cancel on this target? What is in effect stays in effect and can be rolled back.");

    /**
     * @param locks of steps of these runs, as far as they were seen
     * @param aside rows that steps of the newest run have set aside, by step
     */
    static RunPage of(RolloutView rollout, RolloutView.TargetView target, List<PhaseRunView> runs, Actor actor,
            boolean holderActions, List<StepLocks> locks, Map<String, AsideTable> aside, Instant now) {
        boolean failed = target.state() == RunState.FAILED;
        boolean operator = actor.may(Permission.OPERATE, rollout.environment());
        HolderWords clearing = new HolderWords(operator,
                holderActions ? null : Holders.whereToAllow(rollout.environment()));
        return new RunPage(rollout.id(), rollout.plan(), rollout.title(), rollout.environment(), target.target(),
                target.wave() + 1, Sign.of(target), target.note() == null ? "" : target.note(),
                rollout.crossed().contains(target.target()), operator && failed,
                operator ? verbs(runs) : List.of(),
                !rollout.state().ended(), rollout.lastEvent(), SmallRail.of(rollout),
                runs.reversed().stream()
                        .map(run -> RunCard.of(run, rollout.phases().get(run.phase()).title(), operator, clearing,
                                locks(run, locks), run == runs.getLast() ? aside : Map.of(), now))
                        .toList());
    }

    private static Map<String, LocksTable> locks(PhaseRunView run, List<StepLocks> all) {
        return all.stream().filter(step -> step.run() == run.id())
                .collect(Collectors.toMap(StepLocks::step, LocksTable::of));
    }

    private static List<Verb> verbs(List<PhaseRunView> runs) {
        return runs.stream().filter(run -> !run.state().ended()).findFirst().map(run -> switch (run.state()) {
            case QUEUED, RUNNING, WAITING -> List.of(PAUSE, CANCEL);
            case PAUSING -> List.of(PAUSING, CANCEL);
            case PAUSED -> List.of(RESUME, CANCEL, RELEASE);
            case FAILED -> List.of(RETRY, CANCEL, RELEASE);
            case CANCELLING, CANCELLED, DONE, ROLLED_BACK -> List.<Verb>of();
        }).orElse(List.of());
    }
}
