package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.gate.Blocker;
import dev.rubicon.verification.Verifications;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to be seen of one phase on one target.
 *
 * @param blocker why it does not move, or null while it moves or has ended
 * @param failure why it failed, or null
 * @param node the Rubicon node that works on it, or null
 * @param schemaBefore the target's schema before the phase began beside the rehearsed one; null where nothing was rehearsed
 * @param requests what was asked of it, oldest first, each with what was observed
 */
public record PhaseRunView(long id, long rollout, int phase, String target, Direction direction, PhaseRunState state,
        @Nullable Blocker blocker, @Nullable Failure failure, @Nullable String node, Instant createdAt,
        @Nullable Instant startedAt, @Nullable Instant endedAt, List<StepView> steps, List<RunRequest> requests,
        RehearsedSchemas.@Nullable SchemaBefore schemaBefore) {

    /**
     * @param progress of the running step, or the last one known
     * @param result what the step came to, or null before its end
     */
    public record StepView(int index, String step, String kind, StepState state,
            StepWatch.@Nullable Progress progress, @Nullable Result result, @Nullable Instant startedAt,
            @Nullable Instant endedAt, List<AttemptView> attempts) {}

    /**
     * @param rows rows changed, or -1
     * @param message what happened, in a sentence
     */
    public record Result(long rows, String message, List<Verifications.Result> verifications) {}

    /**
     * One try of a step; {@code outcome} is a word like {@code done}, {@code waiting} or {@code failed}.
     *
     * @param locks as far as they were seen; null where nothing was, and for tries of a rehearsal
     */
    public record AttemptView(int number, String node, @Nullable Integer backendPid, Instant startedAt,
            @Nullable Instant endedAt, @Nullable String outcome, @Nullable String message, List<Holder> waitingFor,
            @Nullable LocksSeen locks) {}

    /** Why a step failed; {@code cause} is a stable word. */
    public record Failure(String step, String cause, String message, @Nullable String sqlState) {}

    /**
     * How long a step waits for locks.
     *
     * @param until when its patience is over, and it fails
     */
    public record Patience(Instant since, Instant until) {}

    /** The patience of a run that waits for locks right now, else null. */
    public @Nullable Patience patience() {
        return Waits.patience(blocker);
    }

    /** The sessions that hold what the run waits for right now; empty while it waits for no lock. */
    public List<Holder> waitsFor() {
        return blocker == null || !blocker.type().equals(Waits.LOCK)
                ? List.of()
                : steps.stream().flatMap(step -> step.attempts().stream())
                        .filter(attempt -> attempt.endedAt() == null).flatMap(attempt -> attempt.waitingFor().stream())
                        .toList();
    }

    /** Whether it has a backfill that stands still because the target would suffer. */
    public boolean standsStill() {
        return blocker != null && blocker.type().equals(Waits.THROTTLE);
    }

    /** How much of the phase is done, from 0 to 1: whole steps, and the part of the running one. */
    public double fraction() {
        return fraction(state, steps.stream().map(step -> fraction(step.state(), step.progress())).toList());
    }

    /** @param steps how much of each is done; none are needed of a run that came to its end */
    static double fraction(PhaseRunState state, List<Double> steps) {
        return whole(state) ? 1 : steps.stream().mapToDouble(done -> done).average().orElse(0);
    }

    /** Whether all of it is done, or undone. */
    static boolean whole(PhaseRunState state) {
        return state == PhaseRunState.DONE || state == PhaseRunState.ROLLED_BACK;
    }

    static double fraction(StepState state, StepWatch.@Nullable Progress progress) {
        return switch (state) {
            case QUEUED, FAILED -> 0;
            case DONE, SKIPPED -> 1;
            case VERIFYING -> 0.99;
            case RUNNING -> {
                Long total = progress == null ? null : progress.total();
                yield progress == null || total == null || total == 0
                        ? 0
                        : Math.min(0.98, (double) progress.done() / total);
            }
        };
    }
}
