package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.execution.RunRequest.Asker;
import dev.rubicon.execution.StepState;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What an operator's verb does to a rollout and its runs, and in which states there is no such verb. The caller's
 * transaction has the rollout's turn.
 */
@Component
class Steering {

    private static final Set<RolloutState> GOES_FORWARD = EnumSet.of(RolloutState.WAITING, RolloutState.RUNNING,
            RolloutState.FAILED);
    private static final Set<RolloutState> GOES_BACK = EnumSet.of(RolloutState.ROLLING_BACK,
            RolloutState.ROLLBACK_FAILED);
    private static final Set<RolloutState> NOT_YET_OVER = EnumSet.of(RolloutState.WAITING, RolloutState.RUNNING,
            RolloutState.PAUSING, RolloutState.PAUSED, RolloutState.FAILED);
    private static final Set<PhaseRunState> STOPPABLE = EnumSet.of(PhaseRunState.QUEUED, PhaseRunState.RUNNING,
            PhaseRunState.WAITING, PhaseRunState.PAUSING, PhaseRunState.PAUSED);
    private static final Set<PhaseRunState> STOPPED = EnumSet.of(PhaseRunState.FAILED, PhaseRunState.CANCELLED);

    private final RolloutRows rows;
    private final Advance advance;
    private final PhaseRuns phaseRuns;
    private final Plans plans;

    Steering(RolloutRows rows, Advance advance, PhaseRuns phaseRuns, Plans plans) {
        this.rows = rows;
        this.advance = advance;
        this.phaseRuns = phaseRuns;
        this.plans = plans;
    }

    void pause(Rollout rollout, String note, Asker asker) {
        switch (rollout.state()) {
            case WAITING -> advance.become(rollout, RolloutState.PAUSED, Notes.settled(note));
            case RUNNING -> {
                advance.become(rollout, RolloutState.PAUSING, note);
                unfinished(rollout).stream().filter(run -> STOPPABLE.contains(run.state()))
                        .forEach(run -> phaseRuns.pause(run.id(), asker));
            }
            case PAUSING, PAUSED -> {}
            case FAILED, CANCELLING, CANCELLED, ROLLED_BACK, DONE ->
                newest(rollout).forEach(run -> phaseRuns.pause(run.id(), asker)); // too late: each run's request says so
            case ROLLING_BACK, ROLLBACK_FAILED -> throw cannot(rollout, "paused");
        }
    }

    void resume(Rollout rollout, Asker asker) {
        if (rollout.state() == RolloutState.WAITING || rollout.state() == RolloutState.RUNNING) {
            return; // asked twice
        }
        if (rollout.state() != RolloutState.PAUSED) {
            throw cannot(rollout, "resumed");
        }
        List<PhaseRunView> paused = unfinished(rollout).stream()
                .filter(run -> run.state() == PhaseRunState.PAUSED).toList();
        paused.forEach(run -> phaseRuns.resume(run.id(), asker));
        advance.become(rollout, paused.isEmpty() ? RolloutState.WAITING : RolloutState.RUNNING, null);
    }

    void cancel(Rollout rollout, String note, Asker asker) {
        switch (rollout.state()) {
            case WAITING, RUNNING, PAUSING, PAUSED, FAILED -> stop(rollout, note, asker);
            case CANCELLING, CANCELLED -> {}
            case ROLLED_BACK, DONE ->
                newest(rollout).forEach(run -> phaseRuns.cancel(run.id(), asker)); // too late: each run's request says so
            case ROLLING_BACK, ROLLBACK_FAILED -> throw cannot(rollout, "cancelled");
        }
    }

    void retry(Rollout rollout, Asker asker) {
        switch (rollout.state()) {
            case FAILED, RUNNING -> {
                List<PhaseRunView> stopped = stopped(rollout);
                if (stopped.isEmpty() && rollout.state() == RolloutState.FAILED) {
                    throw cannot(rollout, "retried: nothing of it has failed");
                }
                stopped.forEach(run -> again(rollout, run, null, asker));
                reopen(rollout);
            }
            case ROLLBACK_FAILED -> {
                unfinished(rollout).forEach(run -> phaseRuns.retry(run.id(), null, asker));
                reopen(rollout);
            }
            case ROLLING_BACK -> {} // asked twice
            case WAITING, PAUSING, PAUSED, CANCELLING, CANCELLED, ROLLED_BACK, DONE ->
                throw cannot(rollout, "retried");
        }
    }

    /** One verb for one target. What is asked twice or too late does no harm, and the run's requests say so. */
    void one(Rollout rollout, String target, Rollouts.RunVerb verb, Asker asker) {
        Rollout.RunRow row = row(rollout, target);
        PhaseRunView run = runs(rollout, target).reduce((older, newer) -> newer)
                .orElseThrow(() -> notBegun(rollout, target));
        demand(possible(rollout, row, run, verb), rollout, run, verb.word());
        switch (verb) {
            case PAUSE -> phaseRuns.pause(run.id(), asker);
            case RESUME -> {
                phaseRuns.resume(run.id(), asker);
                reopen(rollout);
            }
            case CANCEL -> phaseRuns.cancel(run.id(), asker);
            case RETRY -> {
                again(rollout, run, null, asker);
                reopen(rollout);
            }
            case RELEASE -> phaseRuns.release(run.id(), asker);
        }
    }

    private boolean possible(Rollout rollout, Rollout.RunRow row, PhaseRunView run, Rollouts.RunVerb verb) {
        boolean steerable = NOT_YET_OVER.contains(rollout.state());
        return switch (run.state()) {
            case QUEUED, RUNNING, WAITING -> switch (verb) {
                case PAUSE, CANCEL -> steerable;
                case RESUME, RETRY -> true;
                case RELEASE -> false;
            };
            case PAUSING -> (verb == Rollouts.RunVerb.PAUSE || verb == Rollouts.RunVerb.CANCEL) && steerable;
            case CANCELLING -> verb == Rollouts.RunVerb.PAUSE || verb == Rollouts.RunVerb.CANCEL;
            case PAUSED -> switch (verb) {
                case PAUSE, CANCEL -> steerable;
                case RESUME -> GOES_FORWARD.contains(rollout.state());
                case RETRY -> false;
                case RELEASE -> true;
            };
            case FAILED -> switch (verb) {
                case PAUSE, RELEASE -> true;
                case CANCEL -> steerable;
                case RESUME -> false;
                case RETRY -> mayBeRetried(rollout, row, run);
            };
            case CANCELLED -> verb != Rollouts.RunVerb.RETRY || mayBeRetried(rollout, row, run);
            case DONE, ROLLED_BACK -> true;
        };
    }

    private Problem notBegun(Rollout rollout, String target, String step) {
        PlanRevision revision = plans.get(rollout.plan(), rollout.revision());
        if (revision.document().steps().noneMatch(one -> one.name().equals(step))) {
            return Problem.notFound("step %s in the plan of rollout #%d".formatted(step, rollout.id()));
        }
        return new Problem(ProblemType.CONFLICT, "Step %s has not begun on %s: nothing of its phase is ordered there yet. Ask "
                .formatted(step, target) + "again when its phase runs.", Map.of("target", target, "step", step));
    }

    /** One verb for one step, in the newest run that has it. */
    void step(Rollout rollout, String target, String step, Rollouts.StepVerb verb, Asker asker) {
        Rollout.RunRow row = row(rollout, target);
        PhaseRunView run = runs(rollout, target).filter(one -> step(one, step).isPresent())
                .reduce((older, newer) -> newer).orElseThrow(() -> notBegun(rollout, target, step));
        StepState state = step(run, step).orElseThrow().state();
        switch (verb) {
            case PAUSE -> {
                demand(run.state().ended() || NOT_YET_OVER.contains(rollout.state()), rollout, run, "pause");
                phaseRuns.pauseStep(run.id(), step, asker);
            }
            case CANCEL -> {
                demand(run.state().ended() || NOT_YET_OVER.contains(rollout.state()), rollout, run, "cancel");
                phaseRuns.cancelStep(run.id(), step, asker);
            }
            case RETRY -> retryStep(rollout, row, run, step, state, asker);
            case SKIP -> skipStep(rollout, row, run, step, state, asker);
            case ACCEPT -> {
                demand(mayBeRetried(rollout, row, run), rollout, run, "acceptance of rows in step " + step);
                if (phaseRuns.acceptRows(run.id(), step, asker).open()) {
                    reopen(rollout);
                }
            }
        }
    }

    private void retryStep(Rollout rollout, Rollout.RunRow row, PhaseRunView run, String step, StepState state,
            Asker asker) {
        boolean over = state == StepState.DONE || state == StepState.SKIPPED || state == StepState.VERIFYING;
        if (state == StepState.FAILED && run.state() == PhaseRunState.FAILED) {
            demand(mayBeRetried(rollout, row, run), rollout, run, "retry");
            phaseRuns.retry(run.id(), step, asker);
            reopen(rollout);
        } else {
            demand(over || Advance.atWork(run.state()), rollout, run, "retry of step " + step);
            phaseRuns.retry(run.id(), step, asker);
        }
    }

    private void skipStep(Rollout rollout, Rollout.RunRow row, PhaseRunView run, String step, StepState state,
            Asker asker) {
        if (state == StepState.RUNNING || state == StepState.VERIFYING) {
            throw new Problem(ProblemType.CONFLICT,
                    "Step %s is being done on %s: cancel the step first, so that it is known what became of it"
                            .formatted(step, run.target()),
                    Map.of("state", state));
        }
        boolean forward = run.direction() == Direction.FORWARD;
        boolean goesOn = forward
                ? NOT_YET_OVER.contains(rollout.state()) && row.skipped() == null
                        && run.state() != PhaseRunState.CANCELLING
                : GOES_BACK.contains(rollout.state());
        boolean here = state == StepState.FAILED && run.state() == PhaseRunState.FAILED;
        demand(run.state().ended() || (here ? mayBeRetried(rollout, row, run) : goesOn), rollout, run,
                "skip of step " + step);
        phaseRuns.skipStep(run.id(), step, asker);
        if (here) {
            reopen(rollout);
        }
    }

    private static java.util.Optional<PhaseRunView.StepView> step(PhaseRunView run, String step) {
        return run.steps().stream().filter(one -> one.step().equals(step)).findFirst();
    }

    private java.util.stream.Stream<PhaseRunView> runs(Rollout rollout, String target) {
        return phaseRuns.of(rollout.id()).stream().filter(one -> one.target().equals(target));
    }

    private Rollout.RunRow row(Rollout rollout, String target) {
        return rows.runs(rollout.id()).stream().filter(run -> run.target().equals(target)).findFirst()
                .orElseThrow(() -> Problem.notFound("run of rollout #" + rollout.id() + " on target '" + target + "'"));
    }

    private static Problem notBegun(Rollout rollout, String target) {
        return new Problem(ProblemType.CONFLICT,
                "No phase of rollout #%d has begun on %s".formatted(rollout.id(), target));
    }

    void skip(Rollout rollout, String target, String reason, Asker asker) {
        if (row(rollout, target).skipped() != null) {
            return; // asked twice
        }
        if (!NOT_YET_OVER.contains(rollout.state())) {
            throw new Problem(ProblemType.CONFLICT, "No target can be left out of rollout #%d now: it is %s"
                    .formatted(rollout.id(), rollout.state()), Map.of("state", rollout.state()));
        }
        rows.skip(rollout.id(), target, reason);
        unfinished(rollout).stream().filter(run -> run.target().equals(target))
                .forEach(run -> phaseRuns.cancel(run.id(), asker));
        reopen(rollout);
    }

    void rollBack(Rollout rollout, String reason, Asker asker) {
        switch (rollout.state()) {
            case RUNNING, PAUSING -> stop(rollout, "Rolling back: " + reason, asker);
            case WAITING, PAUSED, FAILED, CANCELLED, ROLLBACK_FAILED, ROLLED_BACK, DONE -> {
                unfinished(rollout).forEach(run -> phaseRuns.cancel(run.id(), asker));
                advance.become(rollout, RolloutState.ROLLING_BACK, reason);
            }
            case CANCELLING -> {}
            case ROLLING_BACK -> throw cannot(rollout, "rolled back twice at once");
        }
    }

    /** Ends all runs; the rollout is cancelling as long as one of them has not stopped. */
    private void stop(Rollout rollout, String note, Asker asker) {
        boolean atWork = unfinished(rollout).stream().anyMatch(run -> Advance.atWork(run.state()));
        unfinished(rollout).forEach(run -> phaseRuns.cancel(run.id(), asker));
        boolean direct = !atWork && rollout.state() != RolloutState.RUNNING && rollout.state() != RolloutState.PAUSING;
        advance.become(rollout, direct ? RolloutState.CANCELLED : RolloutState.CANCELLING,
                direct ? Notes.settled(note) : note);
    }

    private boolean mayBeRetried(Rollout rollout, Rollout.RunRow row, PhaseRunView run) {
        boolean forward = run.direction() == Direction.FORWARD;
        return STOPPED.contains(run.state()) && (forward
                ? GOES_FORWARD.contains(rollout.state()) && row.skipped() == null
                : GOES_BACK.contains(rollout.state()));
    }

    /** A failed run goes on where it failed; one that was cancelled has ended, and a new one takes its place. */
    private void again(Rollout rollout, PhaseRunView run, @Nullable String step, Asker asker) {
        if (run.state() == PhaseRunState.CANCELLED) {
            advance.order(rollout, run.phase(), run.target(), run.direction());
        } else {
            phaseRuns.retry(run.id(), step, asker);
        }
    }

    /** The newest runs of the open phase that failed or were cancelled, of targets that still take part. */
    private List<PhaseRunView> stopped(Rollout rollout) {
        List<String> takePart = rows.runs(rollout.id()).stream().filter(run -> run.skipped() == null)
                .map(Rollout.RunRow::target).toList();
        return rows.phases(rollout.id()).stream()
                .filter(phase -> phase.state() == PhaseState.FAILED || phase.state() == PhaseState.RUNNING)
                .flatMap(phase -> advance.newest(rollout, phase.index()).values().stream())
                .filter(run -> takePart.contains(run.target()) && STOPPED.contains(run.state())).toList();
    }

    /** A failed rollout goes on when one of its targets does. */
    private void reopen(Rollout rollout) {
        if (rollout.state() == RolloutState.FAILED) {
            rows.phases(rollout.id()).stream().filter(phase -> phase.state() == PhaseState.FAILED)
                    .forEach(phase -> advance.phase(rollout, phase.index(), PhaseState.RUNNING));
            advance.become(rollout, RolloutState.RUNNING, null);
        } else if (rollout.state() == RolloutState.ROLLBACK_FAILED) {
            advance.become(rollout, RolloutState.ROLLING_BACK, null);
        }
    }

    /** The newest run of each target. */
    private Collection<PhaseRunView> newest(Rollout rollout) {
        Map<String, PhaseRunView> newest = new LinkedHashMap<>();
        phaseRuns.of(rollout.id()).forEach(run -> newest.put(run.target(), run));
        return newest.values();
    }

    private List<PhaseRunView> unfinished(Rollout rollout) {
        return phaseRuns.of(rollout.id()).stream().filter(run -> !run.state().ended()).toList();
    }

    private static void demand(boolean possible, Rollout rollout, PhaseRunView run, String verb) {
        if (!possible) {
            throw new Problem(ProblemType.CONFLICT,
                    "%s is not possible on %s now: its run of phase %d is %s, rollout #%d is %s".formatted(verb,
                            run.target(), run.phase(), run.state(), rollout.id(), rollout.state()),
                    Map.of("state", run.state(), "rolloutState", rollout.state()));
        }
    }

    static Problem cannot(Rollout rollout, String what) {
        return new Problem(ProblemType.CONFLICT, "Rollout #%d cannot be %s: it is %s".formatted(rollout.id(), what,
                rollout.state()), Map.of("state", rollout.state()));
    }
}
