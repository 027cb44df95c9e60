package dev.rubicon.web.pages;

import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One rollout in each state that there is, and one run: a new state has a page to look at without anybody's doing. */
final class FakeStates {

    private static final long ROLLOUTS = 2000;
    private static final long RUNS = 2100;
    private static final String TARGET = "shop-ap-47";

    private FakeStates() {}

    static Stream<PageTable.View> views() {
        return Stream.concat(
                Arrays.stream(RolloutState.values()).map(state -> new PageTable.View("state-" + word(state), "operator",
                        "/rollouts/" + (ROLLOUTS + state.ordinal()))),
                Arrays.stream(PhaseRunState.values()).map(state -> new PageTable.View("run-state-" + word(state),
                        "operator", "/rollouts/%d/runs/%s".formatted(RUNS + state.ordinal(), TARGET))));
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static boolean covers(long id) {
        return id >= ROLLOUTS && id < RUNS + 100;
    }

    /** The rollout of this number, made of one that moves. */
    static RolloutView rollout(long id, RolloutView moving) {
        RolloutState state = id < RUNS ? RolloutState.values()[(int) (id - ROLLOUTS)] : RolloutState.RUNNING;
        List<RolloutView.TargetView> targets = moving.targets().stream().skip(44).limit(8)
                .map(each -> target(each, state)).toList();
        List<RolloutView.PhaseView> phases = moving.phases().stream().map(each -> phase(each, state)).toList();
        return new RolloutView(id, moving.plan(), moving.revision(), moving.title(), moving.digest(),
                moving.environment(), state, moving.startPhases(), moving.speed(), moving.submittedBy(),
                moving.openedBy(), moving.openedAt(), state.ended() ? Instant.now().minusSeconds(600) : null,
                state == RolloutState.PAUSED ? "Paused by operator" : null, moving.pointOfNoReturn(),
                state == RolloutState.DONE ? targets.stream().map(RolloutView.TargetView::target).toList() : List.of(),
                phases, targets, moving.lastEvent(), moving.version());
    }

    private static RolloutView.PhaseView phase(RolloutView.PhaseView phase, RolloutState rollout) {
        PhaseState state = switch (rollout) {
            case WAITING, PAUSED, CANCELLED, RUNNING, PAUSING, CANCELLING -> phase.state();
            case FAILED, ROLLBACK_FAILED -> phase.index() == 1 ? PhaseState.FAILED : phase.state();
            case ROLLING_BACK -> phase.index() == 1 ? PhaseState.ROLLING_BACK : phase.state();
            case ROLLED_BACK -> phase.index() < 2 ? PhaseState.ROLLED_BACK : phase.state();
            case DONE -> PhaseState.DONE;
        };
        boolean done = state == PhaseState.DONE;
        return new RolloutView.PhaseView(phase.index(), phase.phase(), phase.title(), state, phase.digest(),
                phase.evidence(), rollout.ended() ? List.of() : phase.blockers(),
                new RolloutView.Progress(done ? 8 : 3, 8, done ? 1 : 0.6), phase.overTheRiver(), phase.risk(),
                phase.riskReasons(), phase.approvalsNeeded(), phase.approvals(), phase.startedAt(),
                done ? Instant.now().minusSeconds(900) : phase.doneAt());
    }

    private static RolloutView.TargetView target(RolloutView.TargetView target, RolloutState rollout) {
        RunState state = switch (rollout) {
            case WAITING -> RunState.WAITING;
            case RUNNING, PAUSING, CANCELLING -> target.state();
            case PAUSED -> RunState.PAUSED;
            case FAILED, ROLLBACK_FAILED -> target.target().equals(TARGET) ? RunState.FAILED : RunState.WAITING;
            case CANCELLED -> RunState.CANCELLED;
            case ROLLING_BACK -> RunState.ROLLING_BACK;
            case ROLLED_BACK -> RunState.ROLLED_BACK;
            case DONE -> RunState.DONE;
        };
        List<RolloutView.Cell> cells = target.phases().stream().map(cell -> cell(cell, state, rollout)).toList();
        return new RolloutView.TargetView(target.target(), target.wave(), state,
                state == RunState.RUNNING ? target.blocker() : null, target.note(), cells, target.request());
    }

    private static RolloutView.Cell cell(RolloutView.Cell cell, RunState run, RolloutState rollout) {
        boolean back = rollout == RolloutState.ROLLBACK_FAILED || run == RunState.ROLLING_BACK;
        PhaseRunState state = cell.phase() == 1 || run == RunState.DONE || run == RunState.ROLLED_BACK
                ? of(run, cell.state())
                : cell.state();
        return new RolloutView.Cell(cell.phase(), cell.run() == null && state != null ? Long.valueOf(7) : cell.run(),
                state, back && cell.phase() == 1, cell.fraction(), state == null ? null : Long.valueOf(4_200),
                state == PhaseRunState.FAILED ? "23514: check constraint is violated by some row" : null);
    }

    private static @Nullable PhaseRunState of(RunState run, @Nullable PhaseRunState before) {
        return switch (run) {
            case QUEUED, WAITING, RUNNING, SKIPPED -> before;
            case PAUSED -> PhaseRunState.PAUSED;
            case FAILED -> PhaseRunState.FAILED;
            case CANCELLED -> PhaseRunState.CANCELLED;
            case ROLLING_BACK -> PhaseRunState.RUNNING;
            case ROLLED_BACK -> PhaseRunState.ROLLED_BACK;
            case DONE -> PhaseRunState.DONE;
        };
    }

    /** The newest run in the state that the number stands for; as they come for the other rollouts. */
    static List<PhaseRunView> runs(long id, List<PhaseRunView> moving) {
        if (id < RUNS) {
            return moving;
        }
        PhaseRunState state = PhaseRunState.values()[(int) (id - RUNS)];
        PhaseRunView last = moving.getLast();
        boolean stands = state != PhaseRunState.WAITING;
        var then = new PhaseRunView(last.id(), id, last.phase(), last.target(), last.direction(), state,
                stands ? null : last.blocker(),
                state == PhaseRunState.FAILED
                        ? new PhaseRunView.Failure("copy-username", "failed", "57014: canceling statement", "57014")
                        : null,
                last.node(), last.createdAt(), last.startedAt(), state.ended() ? Instant.now() : null, last.steps(),
                last.requests(), null);
        return List.of(moving.getFirst(), then);
    }
}
