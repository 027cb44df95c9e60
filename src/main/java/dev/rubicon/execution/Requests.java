package dev.rubicon.execution;

import dev.rubicon.execution.RunRequest.Outcome;
import dev.rubicon.execution.RunRequest.Verb;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What becomes of requests while a run goes its way. Called in the transaction of the change. */
@Component
class Requests {

    private final RequestRows rows;

    Requests(RequestRows rows) {
        this.rows = rows;
    }

    /** The request to rest before this step, if there is one. */
    Optional<RunRequest> restBefore(long run, String step) {
        return rows.open(run, Verb.PAUSE_BEFORE, step);
    }

    /** The request to leave this step out, if there is one. */
    Optional<RunRequest> skip(long run, String step) {
        return rows.open(run, Verb.SKIP, step);
    }

    /** The request to let rows stay as they are that this step has set aside, if there is one. */
    Optional<RunRequest> acceptance(long run, String step) {
        return rows.open(run, Verb.ACCEPT, step);
    }

    void restsBefore(RunRequest request) {
        rows.settle(request.id(), Outcome.DONE, "stopped before step " + request.step());
    }

    void settle(RunRequest request, Outcome outcome, String observed) {
        rows.settle(request.id(), outcome, observed);
    }

    /** A worker has the target: what asked for that is fulfilled. */
    void takenUp(PhaseRun run, String node) {
        rows.open(run.id()).stream()
                .filter(request -> request.verb() == Verb.RESUME || request.verb() == Verb.RETRY)
                .forEach(request -> rows.settle(request.id(), Outcome.DONE, "taken up by " + node));
    }

    boolean seen(PhaseRun run, String node) {
        return rows.seen(run.id(), node);
    }

    boolean sent(PhaseRun run, int pid) {
        return rows.sent(run.id(), pid);
    }

    /** What is said to a request that the end of the run, or of its step, was quicker than. */
    static String ended(PhaseRunState state, PhaseRunView.@Nullable Failure failure) {
        return failure == null
                ? "every step had %s before it could be stopped".formatted(
                        state == PhaseRunState.ROLLED_BACK ? "been undone" : "taken effect")
                : "step %s had failed before it could be stopped: %s".formatted(failure.step(), failure.message());
    }

    /** The run comes to rest or ends. Requests for later stay open at a rest, and lapse at an end. */
    void settle(PhaseRun run, PhaseRunState state, String observed) {
        for (RunRequest request : rows.open(run.id())) {
            switch (request.verb()) {
                case PAUSE, CANCEL -> settleStop(request, state, observed);
                case RESUME, RETRY, RELEASE, ACCEPT ->
                    rows.settle(request.id(), Outcome.OVERTAKEN, "the run stopped before");
                case PAUSE_BEFORE, SKIP -> {
                    if (state.ended()) {
                        rows.settle(request.id(), Outcome.TOO_LATE, "the run ended before it came to the step");
                    }
                }
            }
        }
    }

    private void settleStop(RunRequest request, PhaseRunState state, String observed) {
        boolean end = request.verb() == Verb.CANCEL && request.step() == null;
        Outcome outcome = switch (state) {
            case PAUSED -> end ? Outcome.OVERTAKEN : Outcome.DONE;
            case CANCELLED -> end ? Outcome.DONE : Outcome.OVERTAKEN;
            case FAILED, DONE, ROLLED_BACK, QUEUED, RUNNING, WAITING, PAUSING, CANCELLING -> Outcome.TOO_LATE;
        };
        rows.settle(request.id(), outcome,
                outcome == Outcome.OVERTAKEN ? "the run was cancelled: " + observed : observed);
    }
}
