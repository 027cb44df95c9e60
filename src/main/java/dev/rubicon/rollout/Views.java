package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.execution.RunRequest;
import dev.rubicon.execution.RunStand;
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
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts together what there is to be seen of a rollout. */
@Component
class Views {

    private static final Verdict.Risk UNKNOWN_RISK = new Verdict.Risk(Verdict.Level.LOW, List.of());

    private final RolloutRows rows;
    private final RolloutEvents events;
    private final PhaseGates phaseGates;
    private final PhaseRuns phaseRuns;
    private final Clock clock;

    Views(RolloutRows rows, RolloutEvents events, PhaseGates phaseGates, PhaseRuns phaseRuns, Clock clock) {
        this.rows = rows;
        this.events = events;
        this.phaseGates = phaseGates;
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

    /**
     * Each as a list shows it: what stands in the way is told of the next phase alone, and only where the rollout stands
     * before it or somebody may decide on it; no evidence, no request, no point of no return that was crossed and no newest
     * event is looked for.
     */
    List<RolloutView> brief(List<Rollout> rollouts) {
        return each(rollouts, true);
    }

    private List<RolloutView> each(List<Rollout> rollouts, boolean brief) {
        if (rollouts.isEmpty()) {
            return List.of();
        }
        List<Long> ids = rollouts.stream().map(Rollout::id).toList();
        // before all else: whoever follows the events behind it sees what changes while the rest is read
        Map<Long, Long> lastEvents = brief ? Map.of() : events.newest(ids);
        List<PhaseGates.Standing> standings = phaseGates.standings(rollouts);
        Looked looked = look(ids, standings, lastEvents, brief);
        return standings.stream().map(standing -> of(standing, looked)).toList();
    }

    /**
     * What is read of all rollouts at once.
     *
     * @param runs by rollout, oldest first
     * @param requests by phase run, oldest first
     * @param crossed by rollout
     * @param lastEvents by rollout
     * @param blockers of the phases that are asked for them
     */
    private record Looked(Map<Long, List<RunStand>> runs, Map<Long, List<RunRequest>> requests,
            Map<Long, List<String>> crossed, Map<Long, Long> lastEvents, Map<Place, List<Blocker>> blockers,
            boolean brief) {}

    /** A phase of a rollout. */
    private record Place(long rollout, int phase) {}

    private Looked look(List<Long> ids, List<PhaseGates.Standing> standings, Map<Long, Long> lastEvents,
            boolean brief) {
        Map<Long, List<RunStand>> runs = phaseRuns.stands(ids);
        Map<Place, List<Blocker>> blockers = blockers(standings, brief);
        return brief
                ? new Looked(runs, Map.of(), Map.of(), lastEvents, blockers, true)
                : new Looked(runs, phaseRuns.requests(ids), rows.inEffect(rivers(standings, runs)), lastEvents,
                        blockers, false);
    }

    private Map<Place, List<Blocker>> blockers(List<PhaseGates.Standing> standings, boolean brief) {
        List<PhaseGates.Waiting> waiting = standings.stream().filter(standing -> !standing.rollout().state().ended())
                .flatMap(standing -> standing.phases().stream()
                        .filter(phase -> phase.state() == PhaseState.WAITING && (!brief || isTold(standing, phase)))
                        .map(phase -> new PhaseGates.Waiting(standing, phase.index())))
                .toList();
        List<List<Blocker>> found = phaseGates.blockers(waiting);
        return IntStream.range(0, waiting.size()).boxed().collect(Collectors.toMap(
                i -> new Place(waiting.get(i).standing().rollout().id(), waiting.get(i).index()), found::get));
    }

    /** The steps that cross the point of no return, of those that have begun. */
    private static Map<Long, String> rivers(List<PhaseGates.Standing> standings, Map<Long, List<RunStand>> runs) {
        return standings.stream().filter(standing -> river(standing.revision()) != null)
                .filter(standing -> runs.containsKey(standing.rollout().id()))
                .collect(Collectors.toMap(standing -> standing.rollout().id(),
                        standing -> Objects.requireNonNull(river(standing.revision())).step()));
    }

    private static Verdict.@Nullable PointOfNoReturn river(PlanRevision revision) {
        return revision.verdict() == null ? null : revision.verdict().pointOfNoReturn();
    }

    private RolloutView of(PhaseGates.Standing standing, Looked looked) {
        Rollout rollout = standing.rollout();
        PlanRevision revision = standing.revision();
        Map<Integer, Map<String, RunStand>> newest = looked.runs.getOrDefault(rollout.id(), List.of()).stream()
                .collect(Collectors.groupingBy(RunStand::phase,
                        Collectors.toMap(RunStand::target, run -> run, (older, newer) -> newer)));
        PhaseGates.Ground ground = looked.brief || rollout.state().ended()
                ? new PhaseGates.Ground(rollout.digest(), null, null)
                : phaseGates.ground(standing);
        return new RolloutView(rollout.id(), rollout.plan(), rollout.revision(), revision.document().title(),
                rollout.digest(), rollout.environment(), rollout.state(), rollout.frozen().startPhases(),
                rollout.speed(), rollout.submittedBy(), rollout.openedBy(), rollout.openedAt(), rollout.endedAt(),
                rollout.note(), river(revision), looked.crossed.getOrDefault(rollout.id(), List.of()),
                standing.phases().stream()
                        .map(phase -> phase(standing, phase, ground,
                                looked.blockers.getOrDefault(new Place(rollout.id(), phase.index()), List.of()),
                                newest.getOrDefault(phase.index(), Map.of())))
                        .toList(),
                standing.runs().stream().map(run -> target(run, standing.phases(), newest, looked.requests)).toList(),
                looked.lastEvents.getOrDefault(rollout.id(), 0L), rollout.version());
    }

    private static RolloutView.PhaseView phase(PhaseGates.Standing standing, Rollout.PhaseRow row,
            PhaseGates.Ground ground, List<Blocker> blockers, Map<String, RunStand> newest) {
        PlanRevision revision = standing.revision();
        Phase phase = revision.document().phases().get(row.index());
        Verdict.Risk risk = revision.verdict() == null
                ? UNKNOWN_RISK
                : revision.verdict().phaseRisks().getOrDefault(row.index(), UNKNOWN_RISK);
        List<Gates.Approval> approvals = standing.decisions().stream()
                .filter(approval -> approval.phase() == row.index()).toList();
        return new RolloutView.PhaseView(row.index(), phase.kind().word(), phase.title(), state(row, newest),
                ground.digest(), ground.evidence(), blockers, progress(standing.runs(), newest),
                revision.overTheRiver(row.index()), risk.level(), risk.reasons(),
                standing.rollout().frozen().approvals().get(row.index()), approvals, row.startedAt(), row.doneAt());
    }

    /** The first phase that waits; of a rollout that rests or goes back only where it rests before that phase. */
    private static boolean isTold(PhaseGates.Standing standing, Rollout.PhaseRow row) {
        return isFirst(standing.phases(), row, phase -> phase.state() == PhaseState.WAITING)
                && (standing.rollout().state() == RolloutState.WAITING
                        || standing.rollout().state() == RolloutState.RUNNING
                        || isFirst(standing.phases(), row, phase -> phase.state() != PhaseState.DONE));
    }

    private static boolean isFirst(List<Rollout.PhaseRow> phases, Rollout.PhaseRow row,
            Predicate<Rollout.PhaseRow> which) {
        return phases.stream().filter(which).findFirst().filter(phase -> phase.index() == row.index()).isPresent();
    }

    /** A running phase is verifying when all that is left to do in it is asking. */
    private static PhaseState state(Rollout.PhaseRow row, Map<String, RunStand> newest) {
        List<RunStand> open = newest.values().stream().filter(run -> Advance.atWork(run.state())).toList();
        return row.state() == PhaseState.RUNNING && !open.isEmpty() && open.stream().allMatch(RunStand::verifying)
                ? PhaseState.VERIFYING
                : row.state();
    }

    private static RolloutView.Progress progress(List<Rollout.RunRow> runs, Map<String, RunStand> newest) {
        List<String> targets = runs.stream().filter(run -> run.skipped() == null).map(Rollout.RunRow::target).toList();
        int done = (int) targets.stream()
                .filter(target -> newest.containsKey(target) && newest.get(target).state() == PhaseRunState.DONE)
                .count();
        double sum = targets.stream().filter(newest::containsKey).map(newest::get)
                .filter(run -> run.direction() == Direction.FORWARD).mapToDouble(RunStand::fraction).sum();
        return new RolloutView.Progress(done, targets.size(), targets.isEmpty() ? 0 : sum / targets.size());
    }

    private RolloutView.TargetView target(Rollout.RunRow run, List<Rollout.PhaseRow> phases,
            Map<Integer, Map<String, RunStand>> newest, Map<Long, List<RunRequest>> requests) {
        List<RolloutView.Cell> cells = phases.stream()
                .map(phase -> cell(phase.index(), newest.getOrDefault(phase.index(), Map.of()).get(run.target())))
                .toList();
        List<RunStand> mine = newest.values().stream().map(byTarget -> byTarget.get(run.target()))
                .filter(Objects::nonNull).toList();
        Blocker blocker = mine.stream().filter(phaseRun -> phaseRun.blocker() != null).findFirst()
                .map(RunStand::blocker).orElse(null);
        RunRequest request = mine.stream()
                .flatMap(phaseRun -> requests.getOrDefault(phaseRun.id(), List.of()).stream())
                .max(java.util.Comparator.comparing(RunRequest::id)).orElse(null);
        return new RolloutView.TargetView(run.target(), run.wave(), state(run, mine, phases.size()), blocker,
                run.skipped(), cells, request);
    }

    private RolloutView.Cell cell(int phase, @Nullable RunStand run) {
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

    private static RunState state(Rollout.RunRow run, List<RunStand> mine, int phases) {
        if (run.skipped() != null) {
            return RunState.SKIPPED;
        }
        RunStand last = mine.stream().max(java.util.Comparator.comparing(RunStand::id)).orElse(null);
        if (last == null) {
            return RunState.QUEUED;
        }
        return RunState.of(last.direction(), last.state(),
                mine.size() == phases && mine.stream().allMatch(one -> one.state() == PhaseRunState.DONE));
    }
}
