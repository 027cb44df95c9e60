package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.execution.PhaseOrder;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.execution.RunRequest.Asker;
import dev.rubicon.execution.Turn;
import dev.rubicon.gate.Blocker;
import dev.rubicon.plan.Plans;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Moves a rollout on as far as it can go now: starts the next phase when its gates are open, orders the runs of the next
 * wave, closes what is finished. Every look starts from the rows alone, so it may happen at any time, on any node.
 */
@Component
class Advance {

    private final RolloutRows rows;
    private final RolloutEvents events;
    private final PhaseGates gates;
    private final PhaseRuns phaseRuns;
    private final Plans plans;
    private final Turn turn;
    private final Wakes wakes;

    Advance(RolloutRows rows, RolloutEvents events, PhaseGates gates, PhaseRuns phaseRuns, Plans plans, Turn turn,
            Wakes wakes) {
        this.rows = rows;
        this.events = events;
        this.gates = gates;
        this.phaseRuns = phaseRuns;
        this.plans = plans;
        this.turn = turn;
        this.wakes = wakes;
    }

    /** One look, and as many moves as follow from it. */
    @Transactional
    public void look(long id) {
        turn.take(id);
        boolean moved = true;
        while (moved) {
            Rollout rollout = rows.lock(id).orElseThrow();
            moved = switch (rollout.state()) {
                case WAITING, RUNNING -> forward(rollout);
                case PAUSING -> settle(rollout, RolloutState.PAUSED);
                case CANCELLING -> settle(rollout,
                        rollout.rollback() == null ? RolloutState.CANCELLED : RolloutState.ROLLING_BACK);
                case ROLLING_BACK -> back(rollout);
                case PAUSED, FAILED, CANCELLED, ROLLBACK_FAILED, ROLLED_BACK, DONE -> false;
            };
        }
    }

    /** Changes the state and tells it. */
    void become(Rollout rollout, RolloutState next, @Nullable String note) {
        rows.become(rollout, next, note);
        events.append(rollout.id(), "rollout.state", note == null
                ? Map.of("state", next)
                : Map.of("state", next, "note", note));
    }

    void phase(Rollout rollout, int index, PhaseState state) {
        rows.phase(rollout.id(), index, state);
        events.append(rollout.id(), "phase.state", Map.of("phase", index, "state", state));
    }

    private boolean settle(Rollout rollout, RolloutState then) {
        if (phaseRuns.of(rollout.id()).stream().anyMatch(run -> atWork(run.state()))) {
            return false;
        }
        become(rollout, then, Notes.settled(rollout.note()));
        return true;
    }

    private boolean forward(Rollout rollout) {
        List<Rollout.PhaseRow> phases = rows.phases(rollout.id());
        Optional<Rollout.PhaseRow> next = phases.stream().filter(phase -> phase.state() != PhaseState.DONE)
                .findFirst();
        if (next.isEmpty()) {
            become(rollout, RolloutState.DONE, null);
            return false;
        }
        Rollout.PhaseRow phase = next.get();
        return phase.state() == PhaseState.WAITING ? tryToStart(rollout, phase) : carryOn(rollout, phase);
    }

    private boolean tryToStart(Rollout rollout, Rollout.PhaseRow phase) {
        List<Blocker> blockers = gates.blockers(gates.standing(rollout), phase.index());
        if (blockers.isEmpty()) {
            phase(rollout, phase.index(), PhaseState.RUNNING);
            if (rollout.state() != RolloutState.RUNNING) {
                become(rollout, RolloutState.RUNNING, null);
            }
            return true;
        }
        if (rollout.state() == RolloutState.RUNNING) {
            become(rollout, RolloutState.WAITING, null);
        }
        tell(rollout, phase, blockers);
        blockers.stream().map(Blocker::at).filter(Objects::nonNull).min(java.util.Comparator.naturalOrder())
                .ifPresent(when -> wakes.at(rollout.id(), when));
        return false;
    }

    /** Whoever looks on hears of blockers that came or went, not of every look. */
    private void tell(Rollout rollout, Rollout.PhaseRow phase, List<Blocker> blockers) {
        String now = blockers.stream().map(blocker -> blocker.type() + ": " + blocker.message())
                .collect(Collectors.joining("\n"));
        if (!now.equals(phase.told())) {
            rows.told(rollout.id(), phase.index(), now);
            events.append(rollout.id(), "phase.blockers", Map.of("phase", phase.index(), "blockers",
                    blockers.stream().map(Blocker::type).distinct().toList()));
        }
    }

    private boolean carryOn(Rollout rollout, Rollout.PhaseRow phase) {
        Map<String, PhaseRunView> newest = newest(rollout, phase.index());
        List<Rollout.RunRow> runs = rows.runs(rollout.id()).stream().filter(run -> run.skipped() == null).toList();
        for (List<Rollout.RunRow> wave : waves(runs)) {
            wave.stream().filter(run -> !newest.containsKey(run.target()))
                    .forEach(run -> order(rollout, phase.index(), run.target(), Direction.FORWARD));
            if (!wave.stream().allMatch(run -> is(newest.get(run.target()), PhaseRunState.DONE))) {
                return waveOpen(rollout, phase, wave, newest);
            }
        }
        phase(rollout, phase.index(), PhaseState.DONE);
        return true;
    }

    /** A wave that is not done: it goes on while anything runs, and fails when nothing does and something failed. */
    private boolean waveOpen(Rollout rollout, Rollout.PhaseRow phase, List<Rollout.RunRow> wave,
            Map<String, PhaseRunView> newest) {
        boolean goesOn = wave.stream().anyMatch(run -> !newest.containsKey(run.target())
                || atWork(newest.get(run.target()).state()) || is(newest.get(run.target()), PhaseRunState.PAUSED));
        if (goesOn) {
            if (rollout.state() == RolloutState.WAITING) {
                become(rollout, RolloutState.RUNNING, null);
            }
            return false;
        }
        List<String> stuck = wave.stream().map(Rollout.RunRow::target)
                .filter(target -> !is(newest.get(target), PhaseRunState.DONE)).toList();
        phase(rollout, phase.index(), PhaseState.FAILED);
        become(rollout, RolloutState.FAILED, "Not done on " + String.join(", ", stuck)
                + ": retry, skip the target with a reason, or roll back");
        return false;
    }

    private boolean back(Rollout rollout) {
        Rollout.Undoing undoing = Objects.requireNonNull(rollout.rollback());
        for (Rollout.PhaseRow phase : rows.phases(rollout.id()).reversed()) {
            if (phase.index() >= undoing.toPhase()) {
                Map<String, PhaseRunView> newest = newest(rollout, phase.index());
                newest.keySet().removeIf(target -> !undoing.concerns(target));
                if (!newest.isEmpty() && !undone(rollout, phase, newest)) {
                    return false;
                }
            }
        }
        become(rollout, RolloutState.ROLLED_BACK, standing(rollout, undoing));
        return false;
    }

    /** What went back and what stands, of the phases that were to be undone. */
    private String standing(Rollout rollout, Rollout.Undoing undoing) {
        Map<String, PhaseRunView> newest = new HashMap<>();
        phaseRuns.of(rollout.id()).stream().filter(run -> run.phase() >= undoing.toPhase())
                .forEach(run -> newest.put(run.phase() + "/" + run.target(), run));
        Set<String> stands = newest.values().stream().filter(run -> run.direction() == Direction.FORWARD)
                .map(PhaseRunView::target).collect(Collectors.toSet());
        Set<String> back = newest.values().stream().map(PhaseRunView::target).filter(target -> !stands.contains(target))
                .collect(Collectors.toSet());
        return Notes.rolledBack(undoing.reason(), back.size(), stands.size());
    }

    private boolean undone(Rollout rollout, Rollout.PhaseRow phase, Map<String, PhaseRunView> newest) {
        if (newest.values().stream().allMatch(run -> is(run, PhaseRunState.ROLLED_BACK))) {
            if (phase.state() != PhaseState.ROLLED_BACK) {
                phase(rollout, phase.index(), PhaseState.ROLLED_BACK);
            }
            return true;
        }
        if (phase.state() != PhaseState.ROLLING_BACK) {
            phase(rollout, phase.index(), PhaseState.ROLLING_BACK);
        }
        // a run forward that has not ended keeps its place in the database: first it stops, then it is undone
        Rollout.Undoing undoing = Objects.requireNonNull(rollout.rollback());
        Asker asker = new Asker(undoing.by(), "Rollback: " + undoing.reason());
        newest.values().stream().filter(run -> !run.state().ended() && run.direction() == Direction.FORWARD)
                .forEach(run -> phaseRuns.cancel(run.id(), asker));
        newest.values().stream().filter(Advance::toBeUndone)
                .forEach(run -> order(rollout, phase.index(), run.target(), Direction.ROLLBACK));
        boolean failed = newest.values().stream().noneMatch(run -> atWork(run.state()) || toBeUndone(run)
                || run.direction() == Direction.FORWARD)
                && newest.values().stream().anyMatch(run -> run.direction() == Direction.ROLLBACK
                        && !is(run, PhaseRunState.ROLLED_BACK));
        if (failed) {
            become(rollout, RolloutState.ROLLBACK_FAILED, "A rollback step failed: retry when its cause is gone");
        }
        return false;
    }

    private static boolean toBeUndone(PhaseRunView run) {
        return run.direction() == Direction.FORWARD ? run.state().ended() : is(run, PhaseRunState.CANCELLED);
    }

    void order(Rollout rollout, int phase, String target, Direction direction) {
        phaseRuns.order(new PhaseOrder(rollout.id(), plans.get(rollout.plan(), rollout.revision()), phase, target,
                rollout.environment(), direction, rollout.speed()));
    }

    /** The newest run of a phase by target. A run that was cancelled or undone before counts like any other. */
    Map<String, PhaseRunView> newest(Rollout rollout, int phase) {
        return phaseRuns.of(rollout.id()).stream().filter(run -> run.phase() == phase)
                .collect(Collectors.toMap(PhaseRunView::target, run -> run, (older, newer) -> newer,
                        java.util.TreeMap::new));
    }

    private static List<List<Rollout.RunRow>> waves(List<Rollout.RunRow> runs) {
        return List.copyOf(runs.stream().collect(Collectors.groupingBy(Rollout.RunRow::wave,
                java.util.TreeMap::new, Collectors.toList())).values());
    }

    /** Whether a run moves, or will move by itself. */
    static boolean atWork(PhaseRunState state) {
        return switch (state) {
            case QUEUED, RUNNING, WAITING, PAUSING, CANCELLING -> true;
            case PAUSED, CANCELLED, FAILED, DONE, ROLLED_BACK -> false;
        };
    }

    private static boolean is(@Nullable PhaseRunView run, PhaseRunState state) {
        return run != null && run.state() == state;
    }
}
