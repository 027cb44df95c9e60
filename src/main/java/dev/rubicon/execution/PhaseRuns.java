package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.execution.RunRequest.Asker;
import dev.rubicon.execution.RunRequest.Outcome;
import dev.rubicon.execution.RunRequest.Verb;
import dev.rubicon.plan.Step;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

    private static final int MOST_LOCK_RECORDS = 500;

    private final PhaseRunRows rows;
    private final RequestRows requests;
    private final Requests settler;
    private final TargetHolds holds;
    private final Dispatch dispatch;
    private final ApplicationEventPublisher events;

    PhaseRuns(PhaseRunRows rows, RequestRows requests, Requests settler, TargetHolds holds, Dispatch dispatch,
            ApplicationEventPublisher events) {
        this.rows = rows;
        this.requests = requests;
        this.settler = settler;
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
    public RunRequest pause(long id, Asker asker) {
        return pause(rows.lock(id), null, asker);
    }

    private RunRequest pause(PhaseRun run, @Nullable String step, Asker asker) {
        return switch (run.state()) {
            case QUEUED -> {
                become(run, PhaseRunState.PAUSED);
                yield requests.settled(run.id(), Verb.PAUSE, step, asker, Outcome.DONE, "no worker had begun with it");
            }
            case RUNNING, WAITING -> ask(run, Asked.PAUSE, requests.ask(run.id(), Verb.PAUSE, step, asker));
            case PAUSING, PAUSED -> repeated(run, Verb.PAUSE, step, asker, "it pauses already");
            case CANCELLING, CANCELLED, FAILED, DONE, ROLLED_BACK -> tooLate(run, Verb.PAUSE, step, asker);
        };
    }

    /** Asks a run to stop for good; what is not committed is rolled back, what is stays in effect. */
    public RunRequest cancel(long id, Asker asker) {
        PhaseRun run = rows.lock(id);
        return switch (run.state()) {
            case QUEUED, PAUSED, FAILED -> {
                becomeCancelled(run);
                yield requests.settled(id, Verb.CANCEL, null, asker, Outcome.DONE, "nothing was running");
            }
            case RUNNING, WAITING, PAUSING ->
                ask(run, Asked.CANCEL, requests.ask(id, Verb.CANCEL, null, asker));
            case CANCELLING, CANCELLED -> repeated(run, Verb.CANCEL, null, asker, "it is cancelled already");
            case DONE, ROLLED_BACK -> tooLate(run, Verb.CANCEL, null, asker);
        };
    }

    private void becomeCancelled(PhaseRun run) {
        settler.settle(run, PhaseRunState.CANCELLED, "nothing was running");
        become(run, PhaseRunState.CANCELLED);
        free(run);
    }

    /** Lets a paused run go on. */
    public RunRequest resume(long id, Asker asker) {
        PhaseRun run = rows.lock(id);
        return switch (run.state()) {
            case PAUSED -> goOn(run, requests.ask(id, Verb.RESUME, null, asker));
            case QUEUED, RUNNING, WAITING -> repeated(run, Verb.RESUME, null, asker, "it goes on already");
            case PAUSING, CANCELLING, CANCELLED, FAILED, DONE, ROLLED_BACK ->
                tooLate(run, Verb.RESUME, null, asker);
        };
    }

    /** Lets a failed run try again from the step that failed. */
    public RunRequest retry(long id, @Nullable String step, Asker asker) {
        PhaseRun run = rows.lock(id);
        return switch (run.state()) {
            case FAILED -> goOn(run, requests.ask(id, Verb.RETRY, step, asker));
            case QUEUED, RUNNING, WAITING -> repeated(run, Verb.RETRY, step, asker, "it tries already");
            case PAUSED, PAUSING, CANCELLING, CANCELLED, DONE, ROLLED_BACK -> tooLate(run, Verb.RETRY, step, asker);
        };
    }

    /** Gives up the target that a failed or paused run keeps its place on; resuming takes it anew. */
    public RunRequest release(long id, Asker asker) {
        PhaseRun run = rows.lock(id);
        if (run.atWork()) {
            return tooLate(run, Verb.RELEASE, null, asker);
        }
        free(run);
        return requests.settled(id, Verb.RELEASE, null, asker, Outcome.DONE, "the target is free for other runs");
    }

    /** Pauses in the running step, or before one that is not begun. */
    public RunRequest pauseStep(long id, String step, Asker asker) {
        PhaseRun run = rows.lock(id);
        return switch (stateOf(run, step)) {
            case RUNNING, VERIFYING -> pause(run, step, asker);
            case QUEUED -> run.state().ended()
                    ? tooLate(run, Verb.PAUSE_BEFORE, step, asker)
                    : requests.open(id, Verb.PAUSE_BEFORE, step)
                            .orElseGet(() -> requests.ask(id, Verb.PAUSE_BEFORE, step, asker));
            case DONE, FAILED, SKIPPED -> stepTooLate(run, Verb.PAUSE, step, asker);
        };
    }

    /** Cancels the statement of the running step; the run rests before it. */
    public RunRequest cancelStep(long id, String step, Asker asker) {
        PhaseRun run = rows.lock(id);
        StepState state = stateOf(run, step);
        if (state != StepState.RUNNING && state != StepState.VERIFYING) {
            return stepTooLate(run, Verb.CANCEL, step, asker);
        }
        return switch (run.state()) {
            case RUNNING, WAITING -> ask(run, Asked.STOP, requests.ask(id, Verb.CANCEL, step, asker));
            case PAUSING -> requests.open(id, Verb.CANCEL, step).orElseGet(() -> {
                rows.ask(id, Asked.STOP);
                return requests.ask(id, Verb.CANCEL, step, asker);
            });
            case QUEUED, PAUSED, CANCELLING, CANCELLED, FAILED, DONE, ROLLED_BACK ->
                tooLate(run, Verb.CANCEL, step, asker);
        };
    }

    /**
     * Leaves a step out that failed or is not begun: the run, when it comes to it, writes that into the target's ledger
     * and goes on. A run that failed at this step goes on at once.
     */
    public RunRequest skipStep(long id, String step, Asker asker) {
        PhaseRun run = rows.lock(id);
        StepState state = stateOf(run, step);
        if (run.state().ended()) {
            return tooLate(run, Verb.SKIP, step, asker);
        }
        return switch (state) {
            case DONE, SKIPPED -> stepTooLate(run, Verb.SKIP, step, asker);
            case FAILED, QUEUED, RUNNING, VERIFYING -> {
                RunRequest request = requests.open(id, Verb.SKIP, step)
                        .orElseGet(() -> requests.ask(id, Verb.SKIP, step, asker));
                yield state == StepState.FAILED && run.state() == PhaseRunState.FAILED ? goOn(run, request) : request;
            }
        };
    }

    /**
     * Lets the rows stay as they are that a backfill has set aside, which is why it failed; it goes on at once, and ends if
     * nothing else is left.
     */
    public RunRequest acceptRows(long id, String step, Asker asker) {
        PhaseRun run = rows.lock(id);
        PhaseRunView.Failure failure = run.failure();
        return run.state() == PhaseRunState.FAILED && failure != null && failure.step().equals(step)
                && failure.cause().equals(StepOutcome.QUARANTINED)
                        ? goOn(run, requests.ask(id, Verb.ACCEPT, step, asker))
                        : stepTooLate(run, Verb.ACCEPT, step, asker);
    }

    private StepState stateOf(PhaseRun run, String step) {
        return rows.steps(run.id()).stream().filter(row -> row.step().equals(step)).findFirst().orElseThrow().state();
    }

    private RunRequest goOn(PhaseRun run, RunRequest request) {
        rows.fail(run.id(), null);
        become(run, PhaseRunState.QUEUED);
        dispatch.dispatch(run.id(), rows.nextDispatch(run.id()), Duration.ZERO);
        return request;
    }

    /** The same was asked before: nothing more happens, and the earlier request is what answers. */
    private RunRequest repeated(PhaseRun run, Verb verb, @Nullable String step, Asker asker, String observed) {
        return requests.newest(run.id(), verb)
                .orElseGet(() -> requests.settled(run.id(), verb, step, asker, Outcome.DONE, observed));
    }

    private RunRequest tooLate(PhaseRun run, Verb verb, @Nullable String step, Asker asker) {
        return requests.settled(run.id(), verb, step, asker, Outcome.TOO_LATE,
                "the run is " + run.state() + (run.endedAt() == null ? "" : " since " + run.endedAt()));
    }

    private RunRequest stepTooLate(PhaseRun run, Verb verb, String step, Asker asker) {
        return requests.settled(run.id(), verb, step, asker, Outcome.TOO_LATE,
                "step %s is %s".formatted(step, stateOf(run, step)));
    }

    /** The speed of the backfills of a rollout's unfinished runs, from 0 to 1; felt within a second. */
    public void speed(long rollout, double speed) {
        rows.speed(rollout, speed);
    }

    /** All phase runs of a rollout, oldest first, without attempts. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public List<PhaseRunView> of(long rollout) {
        List<PhaseRun> runs = rows.ofRollout(rollout);
        if (runs.isEmpty()) {
            return List.of();
        }
        Map<Long, List<RunRequest>> asked = requests(List.of(rollout));
        Map<Long, List<PhaseRunRows.StepRow>> steps = rows.stepsOfRollout(rollout);
        return runs.stream().map(run -> view(run, steps.getOrDefault(run.id(), List.of()), Map.of(),
                asked.getOrDefault(run.id(), List.of()))).toList();
    }

    /** Where the phase runs of these rollouts stand, by rollout, oldest first; of as many as there are in as many statements. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Map<Long, List<RunStand>> stands(Collection<Long> rollouts) {
        return rows.stands(rollouts.toArray(Long[]::new)).stream().collect(Collectors.groupingBy(RunStand::rollout));
    }

    /** What was asked of the phase runs of these rollouts, by the run, oldest first. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Map<Long, List<RunRequest>> requests(Collection<Long> rollouts) {
        return requests.ofRollouts(rollouts);
    }

    /** The phase runs of a rollout on one target, oldest first, with every attempt. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public List<PhaseRunView> of(long rollout, String target) {
        return rows.ofRollout(rollout, target).stream().map(this::full).toList();
    }

    /** The newest of them; empty before the first. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Optional<PhaseRunView> newest(long rollout, String target) {
        return rows.newest(rollout, target).map(this::full);
    }

    /** What was seen of the steps of a run while it was rehearsed, by step; empty for a run on a target. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Map<String, StepObservation> observed(long run) {
        return rows.observed(run);
    }

    /** What was seen of locks in the runs of a revision on targets, the newest tries first. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public List<LockRecord> locked(String plan, int revision) {
        return rows.locked(plan, revision, MOST_LOCK_RECORDS);
    }

    /** What was done to a target, newest first. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public List<PhaseRunView> history(String target, int limit) {
        return rows.ofTarget(target, limit).stream().map(this::full).toList();
    }

    /** Those of these targets on which this phase of a plan is done, and not undone. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public Set<String> done(String plan, int phase, Collection<String> targets) {
        return rows.done(plan, phase, targets);
    }

    private RunRequest ask(PhaseRun run, Asked asked, RunRequest request) {
        rows.ask(run.id(), asked);
        become(run, asked == Asked.CANCEL ? PhaseRunState.CANCELLING : PhaseRunState.PAUSING);
        if (run.state() == PhaseRunState.WAITING) {
            // it may be asleep between two tries; a new dispatch sees to the request now
            dispatch.dispatch(run.id(), rows.nextDispatch(run.id()), Duration.ZERO);
        }
        return request;
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
        return view(run, rows.steps(run.id()), rows.attempts(run.id()).stream()
                .collect(Collectors.groupingBy(PhaseRunRows.AttemptRow::step)), requests.of(run.id()));
    }

    private PhaseRunView view(PhaseRun run, List<PhaseRunRows.StepRow> steps,
            Map<String, List<PhaseRunRows.AttemptRow>> attempts, List<RunRequest> asked) {
        return new PhaseRunView(run.id(), run.rollout(), run.phase(), run.target(), run.direction(), run.state(),
                run.blocker(), run.failure(), run.node(), run.createdAt(), run.startedAt(), run.endedAt(),
                steps.stream().map(step -> view(step, attempts.getOrDefault(step.step(), List.of()))).toList(),
                asked, run.schemaBefore());
    }

    private static PhaseRunView.StepView view(PhaseRunRows.StepRow step, List<PhaseRunRows.AttemptRow> attempts) {
        return new PhaseRunView.StepView(step.index(), step.step(), step.kind(), step.state(), step.progress(),
                step.result(), step.startedAt(), step.endedAt(),
                attempts.stream().map(attempt -> new PhaseRunView.AttemptView(attempt.number(), attempt.node(),
                        attempt.backendPid(), attempt.startedAt(), attempt.endedAt(), attempt.outcome(),
                        attempt.message(), attempt.waitingFor(), attempt.locks())).toList());
    }
}
