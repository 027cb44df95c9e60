package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.plan.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The door to execution. Who may do what is decided above; every mutating call runs in the caller's transaction, which
 * has the rollout's {@link Turn}.
 */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class PhaseRuns {

    private final PhaseRunRows rows;
    private final TargetHolds holds;
    private final Dispatch dispatch;
    private final ApplicationEventPublisher events;

    PhaseRuns(PhaseRunRows rows, TargetHolds holds, Dispatch dispatch, ApplicationEventPublisher events) {
        this.rows = rows;
        this.holds = holds;
        this.dispatch = dispatch;
        this.events = events;
    }

    /** Queues a phase run; a worker takes it as soon as the target is free. */
    public long order(PhaseOrder order) {
        List<Step> steps = order.revision().document().phases().get(order.phase()).steps();
        List<Step> inOrder = order.direction() == Direction.ROLLBACK ? steps.reversed() : steps;
        long id = rows.insert(order,
                inOrder.stream().map(step -> new PhaseRunRows.NewStep(step.name(), step.work().kind())).toList());
        dispatch.dispatch(id, 1, Duration.ZERO);
        events.publishEvent(new PhaseRunMoved(order.rollout(), id, order.phase(), order.target(), order.direction(),
                PhaseRunState.QUEUED));
        return id;
    }

    /** Asks a run to stop at the next place from which it can be resumed; one that has not begun stops at once. */
    public void pause(long id) {
        PhaseRun run = rows.lock(id);
        switch (run.state()) {
            case QUEUED -> become(run, PhaseRunState.PAUSED);
            case RUNNING, WAITING -> ask(run, StepWatch.Signal.PAUSE, PhaseRunState.PAUSING);
            case PAUSING, PAUSED, CANCELLING, CANCELLED, FAILED, DONE, ROLLED_BACK -> {}
        }
    }

    /** Asks a run to stop for good; what is not committed is rolled back, what is stays in effect. */
    public void cancel(long id) {
        PhaseRun run = rows.lock(id);
        switch (run.state()) {
            case QUEUED, PAUSED, FAILED -> {
                become(run, PhaseRunState.CANCELLED);
                free(run);
            }
            case RUNNING, WAITING, PAUSING -> ask(run, StepWatch.Signal.CANCEL, PhaseRunState.CANCELLING);
            case CANCELLING, CANCELLED, DONE, ROLLED_BACK -> {}
        }
    }

    /** Lets a paused run go on, or a failed one try again from the step that failed. */
    public void resume(long id) {
        PhaseRun run = rows.lock(id);
        if (run.state() == PhaseRunState.PAUSED || run.state() == PhaseRunState.FAILED) {
            rows.fail(id, null);
            become(run, PhaseRunState.QUEUED);
            dispatch.dispatch(id, rows.nextDispatch(id), Duration.ZERO);
        }
    }

    /** Gives up the target that a failed or paused run keeps its place on; resuming takes it anew. */
    public void release(long id) {
        PhaseRun run = rows.lock(id);
        if (!run.atWork()) {
            free(run);
        }
    }

    /** The speed of the backfills of a rollout's unfinished runs, from 0 to 1; felt within a second. */
    public void speed(long rollout, double speed) {
        rows.speed(rollout, speed);
    }

    /** All phase runs of a rollout, oldest first, without attempts. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public List<PhaseRunView> of(long rollout) {
        return rows.ofRollout(rollout).stream().map(run -> view(run, Map.of())).toList();
    }

    /** The phase runs of a rollout on one target, oldest first, with every attempt. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public List<PhaseRunView> of(long rollout, String target) {
        return rows.ofRollout(rollout).stream().filter(run -> run.target().equals(target)).map(this::full).toList();
    }

    /** What was done to a target, newest first. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public List<PhaseRunView> history(String target, int limit) {
        return rows.ofTarget(target, limit).stream().map(this::full).toList();
    }

    /** Whether this phase of a plan is done on a target, and not undone. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public boolean done(String plan, int phase, String target) {
        return rows.done(plan, phase, target);
    }

    private void ask(PhaseRun run, StepWatch.Signal signal, PhaseRunState meanwhile) {
        rows.ask(run.id(), signal);
        become(run, meanwhile);
        if (run.state() == PhaseRunState.WAITING) {
            // it may be asleep between two tries; a new dispatch sees to the request now
            dispatch.dispatch(run.id(), rows.nextDispatch(run.id()), Duration.ZERO);
        }
    }

    private void become(PhaseRun run, PhaseRunState next) {
        rows.become(run, next);
        events.publishEvent(
                new PhaseRunMoved(run.rollout(), run.id(), run.phase(), run.target(), run.direction(), next));
    }

    private void free(PhaseRun run) {
        holds.release(run.id());
        holds.nextFor(run.target()).ifPresent(next -> dispatch.dispatch(next, rows.nextDispatch(next), Duration.ZERO));
    }

    private PhaseRunView full(PhaseRun run) {
        return view(run, rows.attempts(run.id()).stream()
                .collect(Collectors.groupingBy(PhaseRunRows.AttemptRow::step)));
    }

    private PhaseRunView view(PhaseRun run, Map<String, List<PhaseRunRows.AttemptRow>> attempts) {
        return new PhaseRunView(run.id(), run.rollout(), run.phase(), run.target(), run.direction(), run.state(),
                run.blocker(), run.failure(), run.node(), run.createdAt(), run.startedAt(), run.endedAt(),
                rows.steps(run.id()).stream().map(step -> view(step, attempts.getOrDefault(step.step(), List.of())))
                        .toList());
    }

    private static PhaseRunView.StepView view(PhaseRunRows.StepRow step, List<PhaseRunRows.AttemptRow> attempts) {
        return new PhaseRunView.StepView(step.index(), step.step(), step.kind(), step.state(), step.progress(),
                step.result(), step.startedAt(), step.endedAt(),
                attempts.stream().map(attempt -> new PhaseRunView.AttemptView(attempt.number(), attempt.node(),
                        attempt.backendPid(), attempt.startedAt(), attempt.endedAt(), attempt.outcome(),
                        attempt.message(), attempt.waitingFor())).toList());
    }
}
