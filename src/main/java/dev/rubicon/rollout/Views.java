package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.execution.RunRequest;
import dev.rubicon.gate.Blocker;
import dev.rubicon.gate.Gates;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts together what there is to be seen of a rollout. */
@Component
class Views {

    private static final Verdict.Risk UNKNOWN_RISK = new Verdict.Risk(Verdict.Level.LOW, List.of());

    private final RolloutRows rows;
    private final RolloutEvents events;
    private final PhaseGates phaseGates;
    private final Gates gates;
    private final PhaseRuns phaseRuns;
    private final Clock clock;

    Views(RolloutRows rows, RolloutEvents events, PhaseGates phaseGates, Gates gates, PhaseRuns phaseRuns,
            Clock clock) {
        this.rows = rows;
        this.events = events;
        this.phaseGates = phaseGates;
        this.gates = gates;
        this.phaseRuns = phaseRuns;
        this.clock = clock;
    }

    RolloutView of(Rollout rollout) {
        return full(List.of(rollout)).getFirst();
    }

    /** Each with all that there is to be seen of it. */
    List<RolloutView> full(List<Rollout> rollouts) {
        return each(rollouts, false);
    }

    /** Each as a list shows it: what stands in the way is told of the next phase alone, and no evidence is looked for. */
    List<RolloutView> brief(List<Rollout> rollouts) {
        return each(rollouts, true);
    }

    private List<RolloutView> each(List<Rollout> rollouts, boolean brief) {
        ReadOnce shared = phaseGates.shared(rollouts);
        return rollouts.stream().map(rollout -> of(rollout, shared, brief)).toList();
    }

    private RolloutView of(Rollout rollout, ReadOnce shared, boolean brief) {
        PlanRevision revision = shared.revision(rollout);
        long lastEvent = brief ? 0 : events.newest(rollout.id());
        List<Rollout.PhaseRow> phases = rows.phases(rollout.id());
        List<Rollout.RunRow> runs = rows.runs(rollout.id());
        Map<Integer, Map<String, PhaseRunView>> newest = phaseRuns.of(rollout.id()).stream()
                .collect(Collectors.groupingBy(PhaseRunView::phase,
                        Collectors.toMap(PhaseRunView::target, run -> run, (older, newer) -> newer)));
        PhaseGates.Standing standing = new PhaseGates.Standing(rollout, revision, phases, runs,
                gates.decisions(rollout.id()), shared);
        Verdict.PointOfNoReturn river = revision.verdict() == null ? null : revision.verdict().pointOfNoReturn();
        PhaseGates.Ground ground = brief || rollout.state().ended()
                ? new PhaseGates.Ground(rollout.digest(), null, null)
                : phaseGates.ground(standing);
        return new RolloutView(rollout.id(), rollout.plan(), rollout.revision(), revision.document().title(),
                rollout.digest(), rollout.environment(), rollout.state(), rollout.frozen().startPhases(),
                rollout.speed(), rollout.submittedBy(), rollout.openedBy(), rollout.openedAt(), rollout.endedAt(),
                rollout.note(), river,
                river == null || newest.isEmpty() ? List.of() : rows.inEffect(rollout.id(), river.step()),
                phases.stream().map(phase -> phase(standing, phase, ground, brief && !isNext(phases, phase),
                        newest.getOrDefault(phase.index(), Map.of()))).toList(),
                runs.stream().map(run -> target(rollout, run, phases, newest)).toList(), lastEvent,
                rollout.version());
    }

    private RolloutView.PhaseView phase(PhaseGates.Standing standing, Rollout.PhaseRow row, PhaseGates.Ground ground,
            boolean later, Map<String, PhaseRunView> newest) {
        Rollout rollout = standing.rollout();
        PlanRevision revision = standing.revision();
        Phase phase = revision.document().phases().get(row.index());
        Verdict.Risk risk = revision.verdict() == null
                ? UNKNOWN_RISK
                : revision.verdict().phaseRisks().getOrDefault(row.index(), UNKNOWN_RISK);
        boolean waits = row.state() == PhaseState.WAITING && !rollout.state().ended() && !later;
        List<Blocker> blockers = waits ? phaseGates.blockers(standing, row.index()) : List.of();
        List<Gates.Approval> approvals = standing.decisions().stream()
                .filter(approval -> approval.phase() == row.index()).toList();
        return new RolloutView.PhaseView(row.index(), phase.kind().word(), phase.title(), state(row, newest),
                ground.digest(), ground.evidence(), blockers, progress(standing.runs(), newest),
                revision.overTheRiver(row.index()), risk.level(), risk.reasons(),
                rollout.frozen().approvals().get(row.index()), approvals, row.startedAt(), row.doneAt());
    }

    private static boolean isNext(List<Rollout.PhaseRow> phases, Rollout.PhaseRow row) {
        return phases.stream().filter(phase -> phase.state() == PhaseState.WAITING).findFirst()
                .filter(phase -> phase.index() == row.index()).isPresent();
    }

    /** A running phase is verifying when all that is left to do in it is asking. */
    private static PhaseState state(Rollout.PhaseRow row, Map<String, PhaseRunView> newest) {
        Predicate<PhaseRunView> verifying = run -> run.steps().stream()
                .anyMatch(step -> step.state() == dev.rubicon.execution.StepState.VERIFYING);
        List<PhaseRunView> open = newest.values().stream().filter(run -> Advance.atWork(run.state())).toList();
        return row.state() == PhaseState.RUNNING && !open.isEmpty() && open.stream().allMatch(verifying)
                ? PhaseState.VERIFYING
                : row.state();
    }

    private static RolloutView.Progress progress(List<Rollout.RunRow> runs, Map<String, PhaseRunView> newest) {
        List<String> targets = runs.stream().filter(run -> run.skipped() == null).map(Rollout.RunRow::target).toList();
        int done = (int) targets.stream()
                .filter(target -> newest.containsKey(target) && newest.get(target).state() == PhaseRunState.DONE)
                .count();
        double sum = targets.stream().filter(newest::containsKey).map(newest::get)
                .filter(run -> run.direction() == Direction.FORWARD).mapToDouble(PhaseRunView::fraction).sum();
        return new RolloutView.Progress(done, targets.size(), targets.isEmpty() ? 0 : sum / targets.size());
    }

    private RolloutView.TargetView target(Rollout rollout, Rollout.RunRow run, List<Rollout.PhaseRow> phases,
            Map<Integer, Map<String, PhaseRunView>> newest) {
        List<RolloutView.Cell> cells = phases.stream()
                .map(phase -> cell(phase.index(), newest.getOrDefault(phase.index(), Map.of()).get(run.target())))
                .toList();
        List<PhaseRunView> mine = newest.values().stream().map(byTarget -> byTarget.get(run.target()))
                .filter(java.util.Objects::nonNull).toList();
        Blocker blocker = mine.stream().filter(phaseRun -> phaseRun.blocker() != null).findFirst()
                .map(PhaseRunView::blocker).orElse(null);
        RunRequest request = mine.stream().flatMap(phaseRun -> phaseRun.requests().stream())
                .max(java.util.Comparator.comparing(RunRequest::id)).orElse(null);
        return new RolloutView.TargetView(run.target(), run.wave(), state(run, mine, phases.size()), blocker,
                run.skipped(), cells, request);
    }

    private RolloutView.Cell cell(int phase, @Nullable PhaseRunView run) {
        if (run == null) {
            return new RolloutView.Cell(phase, null, null, false, 0, null, null);
        }
        PhaseRunView.Failure failure = run.failure();
        return new RolloutView.Cell(phase, run.id(), run.state(), run.direction() == Direction.ROLLBACK,
                run.fraction(), milliseconds(run.startedAt(), run.endedAt()),
                failure == null ? null : failure.message());
    }

    private @Nullable Long milliseconds(@Nullable Instant from, @Nullable Instant to) {
        return from == null ? null : Duration.between(from, to == null ? clock.instant() : to).toMillis();
    }

    private static RunState state(Rollout.RunRow run, List<PhaseRunView> mine, int phases) {
        if (run.skipped() != null) {
            return RunState.SKIPPED;
        }
        PhaseRunView last = mine.stream().max(java.util.Comparator.comparing(PhaseRunView::id)).orElse(null);
        if (last == null) {
            return RunState.QUEUED;
        }
        return RunState.of(last.direction(), last.state(),
                mine.size() == phases && mine.stream().allMatch(one -> one.state() == PhaseRunState.DONE));
    }
}
