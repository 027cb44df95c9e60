package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    Steering(RolloutRows rows, Advance advance, PhaseRuns phaseRuns) {
        this.rows = rows;
        this.advance = advance;
        this.phaseRuns = phaseRuns;
    }

    void pause(Rollout rollout, String note) {
        switch (rollout.state()) {
            case WAITING -> advance.become(rollout, RolloutState.PAUSED, note);
            case RUNNING -> {
                advance.become(rollout, RolloutState.PAUSING, note);
                unfinished(rollout).forEach(run -> phaseRuns.pause(run.id()));
            }
            case PAUSING, PAUSED -> {}
            case FAILED, CANCELLING, CANCELLED, ROLLING_BACK, ROLLBACK_FAILED, ROLLED_BACK, DONE ->
                throw cannot(rollout, "paused");
        }
    }

    void resume(Rollout rollout) {
        if (rollout.state() != RolloutState.PAUSED) {
            throw cannot(rollout, "resumed");
        }
        List<PhaseRunView> paused = unfinished(rollout).stream()
                .filter(run -> run.state() == PhaseRunState.PAUSED).toList();
        paused.forEach(run -> phaseRuns.resume(run.id()));
        advance.become(rollout, paused.isEmpty() ? RolloutState.WAITING : RolloutState.RUNNING, null);
    }

    void cancel(Rollout rollout, String note) {
        switch (rollout.state()) {
            case WAITING, RUNNING, PAUSING, PAUSED, FAILED -> stop(rollout, note);
            case CANCELLING, CANCELLED -> {}
            case ROLLING_BACK, ROLLBACK_FAILED, ROLLED_BACK, DONE -> throw cannot(rollout, "cancelled");
        }
    }

    void retry(Rollout rollout) {
        switch (rollout.state()) {
            case FAILED, RUNNING -> {
                List<PhaseRunView> stopped = stopped(rollout);
                if (stopped.isEmpty()) {
                    throw cannot(rollout, "retried: nothing of it has failed");
                }
                stopped.forEach(run -> again(rollout, run));
                reopen(rollout);
            }
            case ROLLBACK_FAILED -> {
                unfinished(rollout).forEach(run -> phaseRuns.resume(run.id()));
                reopen(rollout);
            }
            case WAITING, PAUSING, PAUSED, CANCELLING, CANCELLED, ROLLING_BACK, ROLLED_BACK, DONE ->
                throw cannot(rollout, "retried");
        }
    }

    /** One verb for one target. */
    void one(Rollout rollout, String target, Rollouts.RunVerb verb) {
        Rollout.RunRow row = rows.runs(rollout.id()).stream().filter(run -> run.target().equals(target)).findFirst()
                .orElseThrow(() -> Problem.notFound("run of rollout #" + rollout.id() + " on target '" + target + "'"));
        PhaseRunView run = phaseRuns.of(rollout.id()).stream().filter(one -> one.target().equals(target))
                .reduce((older, newer) -> newer).orElseThrow(() -> new Problem(ProblemType.CONFLICT,
                        "No phase of rollout #%d has begun on %s".formatted(rollout.id(), target)));
        switch (verb) {
            case PAUSE -> {
                demand(NOT_YET_OVER.contains(rollout.state()) && STOPPABLE.contains(run.state()), rollout, run, verb);
                phaseRuns.pause(run.id());
            }
            case RESUME -> {
                demand(GOES_FORWARD.contains(rollout.state()) && run.state() == PhaseRunState.PAUSED, rollout, run,
                        verb);
                phaseRuns.resume(run.id());
                reopen(rollout);
            }
            case CANCEL -> {
                demand(NOT_YET_OVER.contains(rollout.state()) && !run.state().ended(), rollout, run, verb);
                phaseRuns.cancel(run.id());
            }
            case RETRY -> {
                demand(mayBeRetried(rollout, row, run), rollout, run, verb);
                again(rollout, run);
                reopen(rollout);
            }
            case RELEASE -> {
                demand(run.state() == PhaseRunState.FAILED || run.state() == PhaseRunState.PAUSED, rollout, run, verb);
                phaseRuns.release(run.id());
            }
        }
    }

    void skip(Rollout rollout, String target, String reason) {
        Rollout.RunRow row = rows.runs(rollout.id()).stream().filter(run -> run.target().equals(target)).findFirst()
                .orElseThrow(() -> Problem.notFound("run of rollout #" + rollout.id() + " on target '" + target + "'"));
        if (row.skipped() != null) {
            throw new Problem(ProblemType.CONFLICT, "Target %s is left out of rollout #%d already: %s"
                    .formatted(target, rollout.id(), row.skipped()));
        }
        if (!NOT_YET_OVER.contains(rollout.state())) {
            throw new Problem(ProblemType.CONFLICT, "No target can be left out of rollout #%d now: it is %s"
                    .formatted(rollout.id(), rollout.state()), Map.of("state", rollout.state()));
        }
        rows.skip(rollout.id(), target, reason);
        unfinished(rollout).stream().filter(run -> run.target().equals(target))
                .forEach(run -> phaseRuns.cancel(run.id()));
        reopen(rollout);
    }

    void rollBack(Rollout rollout, String reason) {
        switch (rollout.state()) {
            case RUNNING, PAUSING -> stop(rollout, "Rolling back: " + reason);
            case WAITING, PAUSED, FAILED, CANCELLED, ROLLBACK_FAILED, ROLLED_BACK, DONE -> {
                unfinished(rollout).forEach(run -> phaseRuns.cancel(run.id()));
                advance.become(rollout, RolloutState.ROLLING_BACK, reason);
            }
            case CANCELLING -> {}
            case ROLLING_BACK -> throw cannot(rollout, "rolled back twice at once");
        }
    }

    /** Ends all runs; the rollout is cancelling as long as one of them has not stopped. */
    private void stop(Rollout rollout, String note) {
        boolean atWork = unfinished(rollout).stream().anyMatch(run -> Advance.atWork(run.state()));
        unfinished(rollout).forEach(run -> phaseRuns.cancel(run.id()));
        boolean direct = !atWork && rollout.state() != RolloutState.RUNNING && rollout.state() != RolloutState.PAUSING;
        advance.become(rollout, direct ? RolloutState.CANCELLED : RolloutState.CANCELLING, note);
    }

    private boolean mayBeRetried(Rollout rollout, Rollout.RunRow row, PhaseRunView run) {
        boolean forward = run.direction() == Direction.FORWARD;
        return STOPPED.contains(run.state()) && (forward
                ? GOES_FORWARD.contains(rollout.state()) && row.skipped() == null
                : GOES_BACK.contains(rollout.state()));
    }

    /** A failed run goes on where it failed; one that was cancelled has ended, and a new one takes its place. */
    private void again(Rollout rollout, PhaseRunView run) {
        if (run.state() == PhaseRunState.CANCELLED) {
            advance.order(rollout, run.phase(), run.target(), run.direction());
        } else {
            phaseRuns.resume(run.id());
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

    private List<PhaseRunView> unfinished(Rollout rollout) {
        return phaseRuns.of(rollout.id()).stream().filter(run -> !run.state().ended()).toList();
    }

    private static void demand(boolean possible, Rollout rollout, PhaseRunView run, Rollouts.RunVerb verb) {
        if (!possible) {
            throw new Problem(ProblemType.CONFLICT,
                    "%s is not possible on %s now: its run of phase %d is %s, rollout #%d is %s".formatted(verb.word(),
                            run.target(), run.phase(), run.state(), rollout.id(), rollout.state()),
                    Map.of("state", run.state(), "rolloutState", rollout.state()));
        }
    }

    static Problem cannot(Rollout rollout, String what) {
        return new Problem(ProblemType.CONFLICT, "Rollout #%d cannot be %s: it is %s".formatted(rollout.id(), what,
                rollout.state()), Map.of("state", rollout.state()));
    }
}
