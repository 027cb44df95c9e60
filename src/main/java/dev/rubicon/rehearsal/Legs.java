package dev.rubicon.rehearsal;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.TriggerCost;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.execution.PhaseOrder;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.execution.RunRequest.Asker;
import dev.rubicon.execution.Turn;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.StepSeen;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Has the execution carry phases over a shadow, as it carries them over targets, and waits for what becomes of them. */
@Component
class Legs {

    private static final long BETWEEN_LOOKS_MILLIS = 40;
    private static final Duration TO_STOP = Duration.ofSeconds(20);
    private static final double FULL_SPEED = 1;

    private final PhaseRuns runs;
    private final Turn turn;
    private final TransactionTemplate transactions;

    Legs(PhaseRuns runs, Turn turn, TransactionTemplate transactions) {
        this.runs = runs;
        this.turn = turn;
        this.transactions = transactions;
    }

    /** Where a leg goes. */
    record Route(Way way, PlanRevision revision, int phase, @Nullable String until) {

        Direction direction() {
            return way == Way.DOWN ? Direction.ROLLBACK : Direction.FORWARD;
        }

        String title() {
            return revision.document().phases().get(phase).title();
        }
    }

    /**
     * Goes one leg to its end, to the step before which it is to rest, or to where it fails.
     *
     * @return without the fingerprint
     */
    PhaseRunView go(Worker worker, String shadow, Route route) {
        Rehearsal rehearsal = worker.rehearsal();
        long number = PhaseOrder.numberOfRehearsal(rehearsal.id());
        Asker asker = asker(rehearsal);
        long run = Objects.requireNonNull(transactions.execute(status -> {
            turn.take(number);
            long ordered = runs
                    .order(new PhaseOrder(number, route.revision, route.phase, shadow, rehearsal.environment(),
                            route.direction(), FULL_SPEED));
            if (route.until != null) {
                runs.pauseStep(ordered, route.until, asker);
            }
            return ordered;
        }));
        PhaseRunView view = find(number, run);
        while (!rests(view.state())) {
            worker.goOn();
            rest();
            view = find(number, run);
        }
        if (!view.state().ended()) {
            cancel(number, run, asker);
        }
        return view;
    }

    /**
     * What was seen on a leg.
     *
     * @param before when this way began
     * @param behind the leg, or null where it failed
     * @param triggers what the triggers of dual writes cost, by the steps that made them
     */
    Leg leg(Route route, PhaseRunView run, SchemaSnapshot before, @Nullable SchemaSnapshot behind,
            Map<String, TriggerCost> triggers) {
        Map<String, StepObservation> seen = runs.observed(run.id());
        List<StepSeen> steps = run.steps().stream().map(step -> new StepSeen(step.step(), step.kind(),
                step.state().name(), step.result() == null ? -1 : step.result().rows(),
                step.result() == null ? "" : step.result().message(), seen.get(step.step()),
                triggers.get(step.step()))).toList();
        long millis = run.steps().stream().map(step -> seen.get(step.step())).filter(Objects::nonNull)
                .mapToLong(StepObservation::millis).sum();
        return new Leg(route.way, route.phase, route.title(), run.id(), run.state().name(), millis,
                behind == null ? null : behind.fingerprint().digits(),
                behind == null || route.way != Way.UP_AGAIN ? null : ExpectedSchema.changed(before, behind), steps);
    }

    /** Whether nothing more happens by itself. */
    private static boolean rests(PhaseRunState state) {
        return switch (state) {
            case QUEUED, RUNNING, WAITING, PAUSING, CANCELLING -> false;
            case PAUSED, CANCELLED, FAILED, DONE, ROLLED_BACK -> true;
        };
    }

    /** Cancels whatever of a rehearsal still runs or rests, and waits a while for its end: its shadow is to go. */
    void clear(Rehearsal rehearsal) {
        long number = PhaseOrder.numberOfRehearsal(rehearsal.id());
        long giveUp = System.nanoTime() + TO_STOP.toNanos();
        List<PhaseRunView> left = unfinished(number);
        left.forEach(run -> cancel(number, run.id(), asker(rehearsal)));
        while (!left.isEmpty() && System.nanoTime() < giveUp) {
            rest();
            left = unfinished(number);
        }
    }

    private List<PhaseRunView> unfinished(long number) {
        return runs.of(number).stream().filter(run -> !run.state().ended()).toList();
    }

    private void cancel(long number, long run, Asker asker) {
        transactions.executeWithoutResult(status -> {
            turn.take(number);
            runs.cancel(run, asker);
        });
    }

    private PhaseRunView find(long number, long run) {
        return runs.of(number).stream().filter(each -> each.id() == run).findFirst().orElseThrow();
    }

    private static Asker asker(Rehearsal rehearsal) {
        return new Asker("rehearsal " + rehearsal.id(), null);
    }

    private static void rest() {
        try {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Worker.HandOver();
        }
    }
}
