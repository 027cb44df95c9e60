package dev.rubicon.rehearsal;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.rehearsal.Legs.Route;
import dev.rubicon.rehearsal.RehearsalReport.Failure;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.rehearsal.RehearsalReport.WayBack;
import dev.rubicon.verification.RunsAtWork;
import dev.rubicon.verification.SchemaChange;
import dev.rubicon.verification.Schemas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The course of a drill: on a shadow of what the target is now, down through the phases that a rollout has done there, newest
 * first, and up again. The target itself is only read.
 */
@Component
class DrillCourse {

    private static final int MOST_NOTES = 20;
    private static final int MOST_WORDS = 3;
    private static final String RECORD = "rubicon.was_";

    private final Plans plans;
    private final Stages stages;
    private final Legs legs;
    private final PhaseRuns runs;
    private final RunsAtWork atWork;
    private final Schemas schemas;

    DrillCourse(Plans plans, Stages stages, Legs legs, PhaseRuns runs, RunsAtWork atWork, Schemas schemas) {
        this.plans = plans;
        this.stages = stages;
        this.legs = legs;
        this.runs = runs;
        this.atWork = atWork;
        this.schemas = schemas;
    }

    /**
     * Walks all of it, and tells the worker's drill what is seen on the way.
     *
     * @return what it came to
     * @throws Obstacle when it cannot be walked
     */
    RehearsalState walk(Worker worker) {
        Rehearsal drill = worker.rehearsal();
        PlanRevision revision = plans.get(drill.plan(), drill.revision());
        RunsAtWork.Standing before = atWork.on(drill.target());
        if (before.busy() != null) {
            throw new Obstacle(before.busy() + ": its way back is drilled when nothing is half in effect");
        }
        Stage stage = stages.set(worker);
        if (!before.equals(atWork.on(drill.target()))) {
            throw new Obstacle("A run began on %s while it was read".formatted(drill.target()));
        }
        List<Phase> phases = undone(drill, revision, stage);
        ShadowLedger.write(drill, revision, stage);
        return thereAndBack(worker, stage, revision, phases);
    }

    /** The phases of which the rollout has something in effect, as the plan has them. */
    private static List<Phase> undone(Rehearsal drill, PlanRevision revision, Stage stage) {
        Set<String> own = stage.inEffect().stream()
                .filter(row -> Objects.equals(row.rollout(), drill.rollout()) && row.direction() == Direction.FORWARD)
                .map(row -> row.step()).collect(Collectors.toSet());
        List<Phase> phases = revision.document().phases().stream()
                .filter(phase -> phase.steps().stream().anyMatch(step -> own.contains(step.name()))).toList();
        if (phases.isEmpty()) {
            throw new Obstacle("Of rollout #%d no step of revision %d is in effect on %s: there is no way back to drill"
                    .formatted(drill.rollout(), drill.revision(), drill.target()));
        }
        phases.stream().flatMap(phase -> phase.steps().stream()).filter(step -> own.contains(step.name()))
                .forEach(step -> demandWayBack(drill, step));
        return phases;
    }

    private static void demandWayBack(Rehearsal drill, Step step) {
        if (step.rollback().way() instanceof Rollback.Impossible) {
            throw new Obstacle("%s is past the point of no return: step %s has no way back".formatted(drill.target(),
                    step.name()));
        }
        if (step.rollback().text().contains(RECORD)) {
            throw new Obstacle(
                    ("The way back of step %s reads what a backfill recorded on the target, and a shadow of its "
                            + "schema has no record").formatted(step.name()));
        }
    }

    /** What the shadow was like behind each leg. */
    private record Behind(int phase, SchemaSnapshot before, SchemaSnapshot after) {}

    private RehearsalState thereAndBack(Worker worker, Stage stage, PlanRevision revision, List<Phase> phases) {
        SchemaSnapshot top = stage.snapshot();
        List<Behind> down = new ArrayList<>();
        Optional<Failure> failed = go(worker, stage, down(revision, phases), top, down);
        List<Behind> up = new ArrayList<>();
        if (failed.isEmpty()) {
            failed = go(worker, stage, upAgain(revision, phases, stage), down.getLast().after(), up);
        }
        List<String> unproven = new ArrayList<>(stage.refused());
        List<SchemaChange> differences = differences(worker, stage, phases, down, up, unproven);
        worker.say("", worker.report().with(wayBack(worker, phases, differences)));
        if (failed.isPresent()) {
            Failure failure = failed.get();
            worker.say("", worker.report().with(failure));
            if (failure.way() == Way.DOWN) {
                return RehearsalState.FAILED;
            }
            // all went back, and that is what a drill asks
            unproven.addFirst(Drills.words(failure));
        } else {
            tellTakenAlong(worker, top, up);
        }
        return judged(worker, differences, unproven);
    }

    /** @param unproven why it proves nothing that there are no differences, in sentences */
    private static RehearsalState judged(Worker worker, List<SchemaChange> differences, List<String> unproven) {
        if (!worker.report().executedSomething()) {
            return RehearsalState.EMPTY;
        }
        if (!differences.isEmpty()) {
            return RehearsalState.DIFFERS;
        }
        if (!unproven.isEmpty()) {
            throw new Obstacle(unproven.stream().limit(MOST_WORDS).collect(Collectors.joining("; ")));
        }
        return RehearsalState.PASSED;
    }

    private static List<Route> down(PlanRevision revision, List<Phase> phases) {
        return phases.reversed().stream().map(phase -> new Route(Way.DOWN, revision, phase.index(), null)).toList();
    }

    /** Each phase as far as it went on the target: of one that was cancelled, the rest may fail here as it did there. */
    private static List<Route> upAgain(PlanRevision revision, List<Phase> phases, Stage stage) {
        Set<String> known = stage.inEffect().stream().map(row -> row.step()).collect(Collectors.toSet());
        return phases.stream().map(phase -> new Route(Way.UP_AGAIN, revision, phase.index(), phase.steps().stream()
                .map(Step::name).filter(step -> !known.contains(step)).findFirst().orElse(null))).toList();
    }

    /** @return why a leg failed, and empty when all came to their ends */
    private Optional<Failure> go(Worker worker, Stage stage, List<Route> routes, SchemaSnapshot from,
            List<Behind> behind) {
        SchemaSnapshot now = from;
        for (Route route : routes) {
            worker.say("%s: %s".formatted(route.way() == Way.DOWN ? "Down" : "Up again", route.title()));
            PhaseRunView run = legs.go(worker, stage.shadow().name(), route);
            Optional<Failure> failure = Course.failure(route, run, worker.rehearsal().evidenceClass());
            SchemaSnapshot then = failure.isPresent() ? null : stage.snapshot();
            worker.say("", worker.report().with(legs.leg(route, run, now, then, Map.of())));
            if (failure.isPresent()) {
                return failure;
            }
            behind.add(new Behind(route.phase(), now, Objects.requireNonNull(then)));
            now = then;
        }
        return Optional.empty();
    }

    /**
     * What the way back does not give back, each object once, as it is behind the first phase in which it is otherwise.
     *
     * @param unproven gets what could not be compared
     */
    private List<SchemaChange> differences(Worker worker, Stage stage, List<Phase> phases, List<Behind> down,
            List<Behind> up, List<String> unproven) {
        Restored restored = new Restored();
        Map<String, SchemaChange> differences = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        for (Behind leg : down) {
            restored.went(leg.before(), leg.after());
            up.stream().filter(again -> again.phase() == leg.phase())
                    .forEach(again -> restored.went(again.before(), again.after()));
            List<Long> made = made(worker.rehearsal(), leg.phase());
            SchemaSnapshot known = made.isEmpty() ? null : known(schemas.before(made.getFirst()), leg);
            if (known == null) {
                unproven.add("What was there before phase %d is not known here, so nothing is compared with it"
                        .formatted(leg.phase() + 1));
                notes.add(unproven.getLast());
                continue;
            }
            Phase phase = phases.stream().filter(each -> each.index() == leg.phase()).findFirst().orElseThrow();
            LeftBehind left = new LeftBehind(stage.engine(), phase);
            left.look(known, leg.after(), restored, changed(made, leg));
            Stream.concat(restored.differences(known, leg.after()).stream(), left.broken().stream())
                    .forEach(change -> differences.putIfAbsent(change.words(), change));
            unproven.addAll(left.unproven());
            Stream.concat(left.notes().stream(), left.unproven().stream()).limit(MOST_NOTES).forEach(notes::add);
        }
        worker.say("", worker.report().on(worker.report().serverVersion(), notes));
        return List.copyOf(differences.values());
    }

    /** The runs that brought a phase to where it is now, the first one first. */
    private List<Long> made(Rehearsal drill, int phase) {
        List<Long> made = new ArrayList<>();
        for (PhaseRunView run : runs.of(Objects.requireNonNull(drill.rollout()), drill.target())) {
            if (run.phase() == phase && run.direction() == Direction.FORWARD) {
                made.add(run.id());
            } else if (run.phase() == phase && run.state() == PhaseRunState.ROLLED_BACK) {
                made.clear();
            }
        }
        return made;
    }

    /** What such runs changed on the target; null where that is not known of every one that began. */
    private @Nullable Restored changed(List<Long> made, Behind leg) {
        Restored changed = new Restored();
        for (long run : made) {
            Optional<SchemaSnapshot> before = schemas.before(run);
            if (before.isPresent()) {
                SchemaSnapshot after = known(schemas.after(run), leg);
                if (after == null) {
                    return null;
                }
                changed.went(before.get(), after);
            }
        }
        return changed;
    }

    /** Another major version may print the same otherwise. */
    private static @Nullable SchemaSnapshot known(Optional<SchemaSnapshot> kept, Behind leg) {
        return kept.filter(each -> each.serverVersion() == leg.after().serverVersion()).orElse(null);
    }

    private static WayBack wayBack(Worker worker, List<Phase> phases, List<SchemaChange> differences) {
        long millis = worker.report().legs().stream().filter(leg -> leg.way() == Way.DOWN).mapToLong(Leg::millis).sum();
        boolean declared = phases.stream().flatMap(phase -> phase.steps().stream())
                .anyMatch(step -> step.rollback().loss() != DataLoss.NONE);
        return new WayBack(millis, 0, 0, differences.stream().map(Course::difference).toList(), List.of(), declared);
    }

    private static void tellTakenAlong(Worker worker, SchemaSnapshot top, List<Behind> up) {
        List<String> along = Restored.takenAlong(top, up.getLast().after());
        RehearsalReport report = worker.report();
        worker.say("", report.on(report.serverVersion(), along.stream().limit(MOST_NOTES).toList()));
    }
}
