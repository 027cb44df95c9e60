package dev.rubicon.rehearsal;

import dev.rubicon.engine.TableSum;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import dev.rubicon.rehearsal.Legs.Route;
import dev.rubicon.rehearsal.RehearsalReport.Difference;
import dev.rubicon.rehearsal.RehearsalReport.Failure;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.WayBack;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.verification.SchemaChange;
import dev.rubicon.verification.SchemaDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The course of a rehearsal: up to just before the point of no return, down to the start, up again and over to the end; the
 * schema looked at behind each phase, the rows before and after the way back.
 */
@Component
class Course {

    private static final int DIFF_LINES = 60;

    private final Plans plans;
    private final Stages stages;
    private final Legs legs;

    Course(Plans plans, Stages stages, Legs legs) {
        this.plans = plans;
        this.stages = stages;
        this.legs = legs;
    }

    /** A step failed: the course ends where it is. */
    private static final class Stumbled extends RuntimeException {
        private final Failure failure;

        Stumbled(Failure failure) {
            super(failure.message(), null, false, false);
            this.failure = failure;
        }
    }

    /**
     * Walks all of it, and tells the worker's rehearsal what is seen on the way.
     *
     * @return what it came to
     * @throws Obstacle when it cannot be walked
     */
    RehearsalState walk(Worker worker) {
        Rehearsal rehearsal = worker.rehearsal();
        PlanRevision revision = plans.get(rehearsal.plan(), rehearsal.revision());
        Stage stage = stages.set(worker);
        try {
            List<Route> up = up(revision);
            List<String> first = up.isEmpty() ? List.of() : thereAndBack(worker, stage, revision, up);
            List<Route> again = revision.document().phases().stream()
                    .map(phase -> new Route(Way.UP_AGAIN, revision, phase.index(), null)).toList();
            List<String> second = go(worker, stage, again);
            return judged(worker, first, second);
        } catch (Stumbled stumbled) {
            worker.say("", worker.report().with(stumbled.failure));
            WayBack back = worker.report().wayBack();
            // what fails behind a way back that left something out may fail for just that
            return back == null || back.holds() ? RehearsalState.FAILED : RehearsalState.DIFFERS;
        }
    }

    /** The phases before the river, and of the river's own the steps before it. */
    private static List<Route> up(PlanRevision revision) {
        Verdict verdict = revision.verdict();
        Verdict.PointOfNoReturn river = verdict == null ? null : verdict.pointOfNoReturn();
        List<Route> routes = new ArrayList<>();
        for (Phase phase : revision.document().phases()) {
            if (river == null || phase.index() < river.phase()) {
                routes.add(new Route(Way.UP, revision, phase.index(), null));
            } else if (phase.index() == river.phase()
                    && !phase.steps().getFirst().name().equals(river.step())) {
                routes.add(new Route(Way.UP, revision, phase.index(), river.step()));
            }
        }
        return routes;
    }

    /** @return the fingerprints behind the phases on the way up */
    private List<String> thereAndBack(Worker worker, Stage stage, PlanRevision revision, List<Route> up) {
        SchemaSnapshot schema = stage.snapshot();
        List<TableSum> rows = stage.sums();
        List<String> fingerprints = go(worker, stage, up);
        List<Route> down = up.reversed().stream().map(route -> new Route(Way.DOWN, revision, route.phase(), null))
                .toList();
        go(worker, stage, down);
        worker.say("Compares schema and rows with those before");
        SchemaDiff diff = SchemaDiff.between(schema, stage.snapshot());
        long millis = worker.report().legs().stream().filter(leg -> leg.way() == Way.DOWN).mapToLong(Leg::millis).sum();
        WayBack back = new WayBack(millis, rows.size(), rows.stream().mapToLong(TableSum::rows).sum(),
                diff.changes().stream().map(Course::difference).toList(),
                DataComparison.between(rows, stage.sums()), declaresLoss(revision, up));
        worker.say("", worker.report().with(back));
        return fingerprints;
    }

    private static boolean declaresLoss(PlanRevision revision, List<Route> up) {
        return up.stream().flatMap(route -> revision.document().phases().get(route.phase()).steps().stream())
                .map(Step::rollback).anyMatch(rollback -> rollback.loss() != DataLoss.NONE);
    }

    private static Difference difference(SchemaChange change) {
        String diff = change.unified("before", "after going back").lines().limit(DIFF_LINES)
                .collect(Collectors.joining("\n"));
        return new Difference(change.words(), change.way().name().toLowerCase(Locale.ROOT), diff);
    }

    private List<String> go(Worker worker, Stage stage, List<Route> routes) {
        List<String> fingerprints = new ArrayList<>();
        SchemaSnapshot before = stage.snapshot();
        for (Route route : routes) {
            worker.say("%s: %s".formatted(route.way() == Way.DOWN ? "Down" : route.way() == Way.UP ? "Up" : "Up again",
                    route.title()));
            PhaseRunView run = legs.go(worker, stage.shadow().name(), route);
            Optional<Failure> failure = failure(route, run);
            SchemaSnapshot behind = failure.isPresent() ? null : stage.snapshot();
            worker.say("", worker.report().with(legs.leg(route, run, before, behind)));
            failure.ifPresent(why -> {
                throw new Stumbled(why);
            });
            fingerprints.add(Objects.requireNonNull(behind).fingerprint().digits());
        }
        return fingerprints;
    }

    private static Optional<Failure> failure(Route route, PhaseRunView run) {
        boolean rested = route.until() != null && run.state() == PhaseRunState.PAUSED;
        if (rested || run.state() == PhaseRunState.DONE || run.state() == PhaseRunState.ROLLED_BACK) {
            return Optional.empty();
        }
        PhaseRunView.@Nullable Failure why = run.failure();
        return Optional.of(why == null
                ? new Failure(route.way(), route.phase(), "", "stopped", "The run ended as " + run.state())
                : new Failure(route.way(), route.phase(), why.step(), why.cause(), why.message()));
    }

    /** The same steps on the same schema have to come to the same twice, or the way back left something behind. */
    private static RehearsalState judged(Worker worker, List<String> first, List<String> second) {
        RehearsalReport report = worker.report();
        if (!report.executedSomething()) {
            return RehearsalState.EMPTY;
        }
        WayBack back = report.wayBack();
        boolean partly = report.legs().stream().anyMatch(leg -> leg.way() == Way.UP && leg.state().equals("PAUSED"));
        int whole = partly ? first.size() - 1 : first.size();
        boolean same = first.subList(0, whole).equals(second.subList(0, whole));
        return same && (back == null || back.holds()) ? RehearsalState.PASSED : RehearsalState.DIFFERS;
    }
}
