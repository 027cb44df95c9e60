package dev.rubicon.rehearsal;

import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.TableSum;
import dev.rubicon.engine.TriggerCost;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.StepState;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.DualWriteTrigger;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import dev.rubicon.plan.Work;
import dev.rubicon.rehearsal.Legs.Route;
import dev.rubicon.rehearsal.RehearsalReport.Difference;
import dev.rubicon.rehearsal.RehearsalReport.Failure;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.WayBack;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.verification.SchemaChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The course of a rehearsal: up to just before the point of no return, down to the start, up again and over to the end; the
 * schema looked at behind each phase, the rows before and after the way back; behind each phase of the first way up rows are
 * written as the application would.
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
            Walked there = new Walked(List.of(), stage.snapshot());
            if (!up.isEmpty()) {
                there = thereAndBack(worker, stage, revision, up, there.schema());
            }
            List<Route> again = revision.document().phases().stream()
                    .map(phase -> new Route(Way.UP_AGAIN, revision, phase.index(), null)).toList();
            Walked second = go(worker, stage, again, there.schema(), null);
            return judged(worker, there.likenesses(), second.likenesses());
        } catch (Stumbled stumbled) {
            worker.say("", worker.report().with(stumbled.failure));
            // what fails behind a way back that left something out may fail for just that
            return worker.report().holds() ? RehearsalState.FAILED : RehearsalState.DIFFERS;
        } catch (TargetUnavailable | QueryFailed refused) {
            if (rehearsal.evidenceClass() == EvidenceClass.COPY_OF_DATA) {
                throw new Obstacle(Discretion.instead("The shadow refused what Rubicon asked it"));
            }
            throw refused;
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

    /**
     * What became of the schema on some legs.
     *
     * @param likenesses what it was like behind each of them
     * @param schema as it is now: between legs nobody changes it
     */
    private record Walked(List<String> likenesses, SchemaSnapshot schema) {}

    /** @return what the schema was like behind the phases on the way up, and what it is behind the way back */
    private Walked thereAndBack(Worker worker, Stage stage, PlanRevision revision, List<Route> up,
            SchemaSnapshot schema) {
        Play play = worker.rehearsal().evidenceClass() == EvidenceClass.EMPTY_SCHEMA
                ? null
                : new Play(stage, new RunningVersions(revision.document(), stage.engine()));
        List<TableSum> rows = play == null ? stage.sums() : play.others();
        Walked top = go(worker, stage, up, schema, play);
        List<Route> down = up.reversed().stream().map(route -> new Route(Way.DOWN, revision, route.phase(), null))
                .toList();
        SchemaSnapshot bottom = go(worker, stage, down, top.schema(), null).schema();
        worker.say("Compares schema and rows with those before");
        List<SchemaChange> differences = SchemaLikeness.differences(schema, bottom);
        long millis = worker.report().legs().stream().filter(leg -> leg.way() == Way.DOWN).mapToLong(Leg::millis).sum();
        Set<String> data = new LinkedHashSet<>(
                play == null ? DataComparison.between(rows, stage.sums()) : play.differences(rows));
        if (play != null) {
            Play.Result result = play.result(up.stream().map(Route::phase).toList());
            data.addAll(result.others());
            worker.say("", worker.report().with(result.played()));
        }
        WayBack back = new WayBack(millis, rows.size(),
                rows.stream().mapToLong(TableSum::rows).sum() + (play == null ? 0 : play.picked()),
                differences.stream().map(Course::difference).toList(), List.copyOf(data),
                declaresLoss(revision, up));
        worker.say("", worker.report().with(back));
        return new Walked(top.likenesses(), bottom);
    }

    private static boolean declaresLoss(PlanRevision revision, List<Route> up) {
        return up.stream().flatMap(route -> revision.document().phases().get(route.phase()).steps().stream())
                .map(Step::rollback).anyMatch(rollback -> rollback.loss() != DataLoss.NONE);
    }

    static Difference difference(SchemaChange change) {
        String diff = change.unified("before", "after going back").lines().limit(DIFF_LINES)
                .collect(Collectors.joining("\n"));
        return new Difference(change.words(), change.way().name().toLowerCase(Locale.ROOT), diff);
    }

    /** @param play has the application write behind each phase, or null for nobody */
    private Walked go(Worker worker, Stage stage, List<Route> routes, SchemaSnapshot before, @Nullable Play play) {
        List<String> fingerprints = new ArrayList<>();
        SchemaSnapshot now = before;
        for (Route route : routes) {
            worker.say("%s: %s".formatted(route.way() == Way.DOWN ? "Down" : route.way() == Way.UP ? "Up" : "Up again",
                    route.title()));
            PhaseRunView run = legs.go(worker, stage.shadow().name(), route);
            Optional<Failure> failure = failure(route, run, worker.rehearsal().evidenceClass());
            SchemaSnapshot behind = failure.isPresent() ? null : stage.snapshot();
            Map<String, TriggerCost> triggers = failure.isPresent() ? Map.of() : triggers(worker, stage, route, run);
            worker.say("", worker.report().with(legs.leg(route, run, before, behind, triggers)));
            failure.ifPresent(why -> {
                throw new Stumbled(why);
            });
            now = Objects.requireNonNull(behind);
            fingerprints.add(SchemaLikeness.fingerprint(now));
            if (play != null) {
                worker.say("Writes as the application would: " + route.title());
                worker.say("", worker.report().with(play.behind(route.phase())));
            }
        }
        return new Walked(fingerprints, now);
    }

    /** Measures each trigger of a dual write once, behind the first leg that made it and left it there. */
    private static Map<String, TriggerCost> triggers(Worker worker, Stage stage, Route route, PhaseRunView run) {
        if (route.way() == Way.DOWN) {
            return Map.of();
        }
        Set<String> done = run.steps().stream().filter(step -> step.state() == StepState.DONE)
                .map(PhaseRunView.StepView::step).collect(Collectors.toSet());
        Map<String, TriggerCost> costs = new HashMap<>();
        for (Map.Entry<String, Work.Backfill> each : DualWriteTrigger
                .installing(route.revision().document().phases().get(route.phase())).entrySet()) {
            if (done.contains(each.getKey()) && !worker.report().hasTriggerCost(each.getKey())) {
                worker.say("Measures the trigger of " + each.getKey());
                costs.put(each.getKey(), stage.triggerCost(each.getValue()));
            }
        }
        return costs;
    }

    /** Why a leg did not come to where it was to; empty when it did. */
    static Optional<Failure> failure(Route route, PhaseRunView run, EvidenceClass evidenceClass) {
        boolean rested = route.until() != null && run.state() == PhaseRunState.PAUSED;
        if (rested || run.state() == PhaseRunState.DONE || run.state() == PhaseRunState.ROLLED_BACK) {
            return Optional.empty();
        }
        PhaseRunView.@Nullable Failure why = run.failure();
        return Optional.of(why == null
                ? new Failure(route.way(), route.phase(), "", "stopped", "The run ended as " + run.state())
                : new Failure(route.way(), route.phase(), why.step(), why.cause(),
                        evidenceClass == EvidenceClass.COPY_OF_DATA ? discreet(why) : why.message()));
    }

    private static String discreet(PhaseRunView.Failure why) {
        String code = why.sqlState();
        return Discretion.instead(code == null ? why.cause() : "%s (%s)".formatted(why.cause(), code));
    }

    /** The same steps on the same schema have to come to the same twice, or the way back left something behind. */
    private static RehearsalState judged(Worker worker, List<String> first, List<String> second) {
        RehearsalReport report = worker.report();
        if (!report.executedSomething()) {
            return RehearsalState.EMPTY;
        }
        boolean partly = report.legs().stream().anyMatch(leg -> leg.way() == Way.UP && leg.state().equals("PAUSED"));
        int whole = partly ? first.size() - 1 : first.size();
        boolean same = first.subList(0, whole).equals(second.subList(0, whole));
        return same && report.holds() ? RehearsalState.PASSED : RehearsalState.DIFFERS;
    }
}
