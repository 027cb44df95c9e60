package dev.rubicon.execution;

import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.gate.Blocker;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a worker writes about its run: each method is one short transaction that takes the rollout's turn, makes sure
 * that the run still is this worker's, changes the rows and publishes the fact. None is open while target SQL runs.
 */
@Component
class RunLog {

    /** The run went to another worker meanwhile: this one has nothing more to say. */
    static final class Superseded extends RuntimeException {
        Superseded(long run) {
            super("phase run " + run + " went on elsewhere", null, false, false);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(RunLog.class);

    private final PhaseRunRows rows;
    private final Requests requests;
    private final TargetHolds holds;
    private final Dispatch dispatch;
    private final Turn turn;
    private final Node node;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;

    RunLog(PhaseRunRows rows, Requests requests, TargetHolds holds, Dispatch dispatch, Turn turn, Node node,
            TransactionTemplate transactions, ApplicationEventPublisher events) {
        this.rows = rows;
        this.requests = requests;
        this.holds = holds;
        this.dispatch = dispatch;
        this.turn = turn;
        this.node = node;
        this.transactions = transactions;
        this.events = events;
    }

    /** One transaction about a run that is still this worker's. */
    <T> T write(PhaseRun known, Function<PhaseRun, T> change) {
        T result = transactions.execute(status -> {
            turn.take(known.rollout());
            PhaseRun run = rows.lock(known.id());
            if (run.epoch() != known.epoch()) {
                throw new Superseded(run.id());
            }
            return change.apply(run);
        });
        return java.util.Objects.requireNonNull(result);
    }

    private void change(PhaseRun known, Consumer<PhaseRun> change) {
        write(known, run -> {
            change.accept(run);
            return run;
        });
    }

    void become(PhaseRun run, PhaseRunState next) {
        rows.become(run, next);
        events.publishEvent(
                new PhaseRunMoved(run.rollout(), run.id(), run.phase(), run.target(), run.direction(), next));
    }

    /** The run waits, holding nothing; true when that is news. */
    void block(PhaseRun known, Blocker blocker) {
        change(known, run -> {
            Blocker before = run.blocker();
            rows.block(run.id(), blocker);
            if (before == null || !before.message().equals(blocker.message())) {
                moved(run, "", StepState.QUEUED, blocker.message());
            }
        });
    }

    /**
     * Takes connections for further lanes of a backfill, as many as the budget of the target's server leaves.
     *
     * @param wanted 0 gives them back
     */
    int lanes(PhaseRun known, int wanted, int budget) {
        return write(known, run -> holds.lanes(run.id(), wanted, budget));
    }

    /** The target is this run's, under this fence. */
    void opened(PhaseRun known, long fence) {
        change(known, run -> {
            rows.opened(run.id(), node.name(), fence);
            requests.takenUp(run, node.name());
            Blocker blocker = run.blocker();
            if (blocker != null && !blocker.type().equals(Waits.LOCK) && !Waits.isForRehearsal(blocker)) {
                rows.block(run.id(), null);
            }
        });
    }

    /** What the schema is before the phase begins. */
    void compared(PhaseRun known, RehearsedSchemas.SchemaBefore before) {
        change(known, run -> rows.schemaBefore(run.id(), before));
    }

    /** The run waits for no rehearsal any more. */
    void mayBegin(PhaseRun known) {
        change(known, run -> {
            rows.block(run.id(), null);
            if (run.state() == PhaseRunState.WAITING) {
                become(run, PhaseRunState.RUNNING);
            }
        });
    }

    /** The phase must not begin now: the next run may have the target meanwhile. */
    void waitsOutside(PhaseRun known, Blocker blocker) {
        block(known, blocker);
        change(known, this::letGo);
    }

    private void letGo(PhaseRun run) {
        holds.release(run.id());
        holds.nextFor(run.target()).ifPresent(next -> dispatch.dispatch(next, rows.nextDispatch(next), Duration.ZERO));
    }

    /**
     * The worker lets go and comes back later.
     *
     * @return when: at once if something was asked of the run meanwhile
     */
    Duration rest(PhaseRun known, Duration in) {
        return write(known, run -> {
            if (run.state() == PhaseRunState.RUNNING) {
                become(run, PhaseRunState.WAITING);
            }
            return run.asked() == null ? in : Duration.ZERO;
        });
    }

    /** The run is over or keeps its place for later; the target goes to the next in the queue unless the run keeps its place. */
    void end(PhaseRun known, PhaseRunState state, PhaseRunView.@Nullable Failure failure) {
        change(known, run -> {
            // whoever wanted the run to end gets that, whatever the last statement came to
            boolean cancelled = state == PhaseRunState.FAILED && run.asked() == Asked.CANCEL;
            close(run, cancelled ? PhaseRunState.CANCELLED : state, failure, Requests.ended(state, failure));
        });
    }

    /**
     * The run stopped, for what is asked of it now: a cancel may have come behind the pause that stopped it.
     *
     * @param observed what became of the statement
     */
    void stopAsAsked(PhaseRun known, String observed) {
        change(known, run -> close(run, run.asked() == Asked.CANCEL ? PhaseRunState.CANCELLED : PhaseRunState.PAUSED,
                null, observed));
    }

    /** The run has come to a step before which it is to rest. */
    void restBefore(PhaseRun known, RunRequest request) {
        change(known, run -> {
            if (run.state() != PhaseRunState.PAUSING) {
                become(run, PhaseRunState.PAUSING);
            }
            requests.restsBefore(request);
            close(rows.lock(run.id()), PhaseRunState.PAUSED, null, "stopped before step " + request.step());
        });
    }

    private void close(PhaseRun run, PhaseRunState state, PhaseRunView.@Nullable Failure failure, String observed) {
        rows.fail(run.id(), failure);
        requests.settle(run, state, observed);
        become(run, state);
        if (state.ended()) {
            letGo(run);
        }
    }

    /** Begins an attempt, or goes on with one that waits. One that a dead worker left open is closed as lost. */
    PhaseRunRows.AttemptRow attempt(PhaseRun known, String step) {
        return write(known, run -> {
            PhaseRunRows.AttemptRow open = rows.openAttempt(run.id(), step).orElse(null);
            if (open != null && "waiting".equals(open.outcome())) {
                return open;
            }
            if (open != null) {
                rows.endAttempt(open.id(), "lost",
                        "The worker on " + open.node() + " is gone; the ledger of the target "
                                + "says what took effect.");
            }
            rows.step(run.id(), step, StepState.RUNNING, null);
            moved(run, step, StepState.RUNNING, "");
            return rows.beginAttempt(run.id(), step, node.name());
        });
    }

    void backend(PhaseRun known, PhaseRunRows.AttemptRow attempt, int pid) {
        change(known, run -> rows.attemptBackend(attempt.id(), pid));
    }

    void attemptEnded(PhaseRun known, PhaseRunRows.AttemptRow attempt, String outcome, String message) {
        change(known, run -> {
            rows.endAttempt(attempt.id(), outcome, message);
            rows.block(run.id(), null);
            moved(run, attempt.step(), StepState.RUNNING, message);
        });
    }

    /** @param since when the wait began, in this burst or an earlier one */
    void waits(PhaseRun known, PhaseRunRows.AttemptRow attempt, StepOutcome.Waiting waiting, Instant since,
            Duration patience) {
        change(known, run -> {
            String message = waiting.message();
            rows.attemptWaits(attempt.id(), message, waiting.holders());
            rows.block(run.id(), Waits.forLocks(attempt.step(), message, waiting.holders(), since,
                    since.plus(patience)));
            moved(run, attempt.step(), StepState.RUNNING, message);
        });
    }

    /** A backfill stands still until the target bears it again; its patience with locks has nothing to do with that. */
    void standsStill(PhaseRun known, PhaseRunRows.AttemptRow attempt, String message) {
        change(known, run -> {
            rows.block(run.id(), Waits.forTheTargetsSake(attempt.step(), message));
            moved(run, attempt.step(), StepState.RUNNING, message);
        });
    }

    /** Closes an attempt that did something before it had to wait, so that what waits now is one of its own. */
    PhaseRunRows.AttemptRow waitsAnew(PhaseRun known, PhaseRunRows.AttemptRow attempt, String message) {
        return write(known, run -> {
            rows.endAttempt(attempt.id(), "let go", message);
            return rows.beginAttempt(run.id(), attempt.step(), node.name());
        });
    }

    /** A worker of this run knows what is asked. Told from a thread that watches a statement: never fails. */
    void seen(PhaseRun known) {
        quietly(known, run -> {
            if (requests.seen(run, node.name())) {
                moved(run, "", StepState.RUNNING, "What was asked is seen by " + node.name());
            }
        });
    }

    /** The server was told to cancel the statement. Never fails either. */
    void cancelSent(PhaseRun known, String step, int pid) {
        quietly(known, run -> {
            if (requests.sent(run, pid)) {
                moved(run, step, StepState.RUNNING, "A cancel was sent to backend " + pid);
            }
        });
    }

    /** Never fails either: the step is done or not, whatever was seen of its locks. */
    void locked(PhaseRun known, PhaseRunRows.AttemptRow attempt, LocksSeen seen) {
        quietly(known, run -> rows.locked(attempt.id(), seen));
    }

    /** What is only told must not break off what is done: the statement would run on unwatched. */
    private void quietly(PhaseRun known, Consumer<PhaseRun> change) {
        try {
            change(known, change);
        } catch (Superseded | DataAccessException | TransactionException e) {
            log.warn("Not noted of phase run {}: {}", known.id(), e.getMessage());
        }
    }

    /** An operator's decision to leave the step out is in the target's ledger. */
    void skipped(PhaseRun known, RunRequest request, String step, PhaseRunView.Result result) {
        change(known, run -> {
            requests.settle(request, RunRequest.Outcome.DONE, result.message());
            rows.step(run.id(), step, StepState.SKIPPED, result);
            moved(run, step, StepState.SKIPPED, result.message());
        });
    }

    void accepted(PhaseRun known, RunRequest request) {
        change(known, run -> requests.settle(request, RunRequest.Outcome.DONE,
                "the rows set aside until then stay as they are; rubicon.backfill_quarantine on the target names them"));
    }

    void skipRefused(PhaseRun known, RunRequest request, String message) {
        change(known, run -> requests.settle(request, RunRequest.Outcome.REFUSED, message));
    }

    /** The step waits no longer, and works. */
    void goesOn(PhaseRun known, PhaseRunRows.AttemptRow attempt) {
        change(known, run -> {
            rows.attemptGoesOn(attempt.id());
            rows.block(run.id(), null);
            moved(run, attempt.step(), StepState.RUNNING, "");
        });
    }

    void step(PhaseRun known, String step, StepState state, PhaseRunView.@Nullable Result result) {
        change(known, run -> {
            rows.step(run.id(), step, state, result);
            moved(run, step, state, result == null ? "" : result.message());
        });
    }

    /** What was seen of a step that is rehearsed. */
    void observed(PhaseRun known, String step, StepObservation seen) {
        change(known, run -> rows.observed(run.id(), step, seen));
    }

    void progress(PhaseRun known, String step, StepWatch.Progress progress) {
        change(known, run -> {
            rows.progress(run.id(), step, progress);
            events.publishEvent(
                    new StepProgressed(run.rollout(), run.id(), run.phase(), run.target(), step, progress));
        });
    }

    private void moved(PhaseRun run, String step, StepState state, String message) {
        events.publishEvent(
                new StepMoved(run.rollout(), run.id(), run.phase(), run.target(), step, state, message));
    }
}
