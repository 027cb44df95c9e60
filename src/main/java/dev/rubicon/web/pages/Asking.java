package dev.rubicon.web.pages;

import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.RunRequest;
import dev.rubicon.execution.StepState;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asked of a run, and apart from it what became of that.
 *
 * @param what the request in words, like {@code Cancel of step add-index}
 * @param why the reason given, or an empty text
 * @param became what is known of it now, a sentence
 */
record Asking(boolean open, String tone, String what, String by, Moment at, String why, String became) {

    static Asking of(RunRequest request, PhaseRunView run, Instant now) {
        return new Asking(request.open(), tone(request.outcome()), what(request), request.by(),
                Moment.of(request.at(), now), Objects.requireNonNullElse(request.reason(), ""),
                request.open() ? meanwhile(request, run) : prefix(request.outcome()) + request.observed());
    }

    private static String what(RunRequest request) {
        String verb = request.verb().word().replace('-', ' ');
        String word = verb.substring(0, 1).toUpperCase(Locale.ROOT) + verb.substring(1);
        String step = request.step() == null ? "" : request.step();
        return switch (request.verb()) {
            case PAUSE_BEFORE -> "Pause before step " + step;
            case ACCEPT -> "Acceptance of rows set aside by step " + step;
            case PAUSE, CANCEL, RETRY, SKIP -> step.isEmpty() ? word : word + " of step " + step;
            case RESUME, RELEASE -> word;
        };
    }

    private static String tone(RunRequest.@Nullable Outcome outcome) {
        return outcome == null ? "now" : switch (outcome) {
            case DONE -> "good";
            case TOO_LATE, OVERTAKEN -> "soft";
            case REFUSED -> "hold";
        };
    }

    private static String prefix(RunRequest.@Nullable Outcome outcome) {
        return outcome == null ? "" : switch (outcome) {
            case DONE -> "Done: ";
            case TOO_LATE -> "Too late: ";
            case OVERTAKEN -> "Overtaken: ";
            case REFUSED -> "Refused: ";
        };
    }

    private static String meanwhile(RunRequest request, PhaseRunView run) {
        return switch (request.verb()) {
            case PAUSE, CANCEL -> request.seenBy() == null
                    ? "No worker has seen it yet. Should there be none at the moment, the next one does it, and executes "
                            + "nothing further"
                    : stopping(request, run);
            case PAUSE_BEFORE -> "Takes effect when the run comes to the step";
            case SKIP -> "Goes into the target's ledger when the run comes to the step";
            case RESUME, RETRY, ACCEPT -> "Waits for a worker";
            case RELEASE -> "";
        };
    }

    private static String stopping(RunRequest request, PhaseRunView run) {
        if (request.sentTo() != null) {
            return "Sent to backend " + request.sentTo() + "; waiting for the server";
        }
        boolean statement = run.steps().stream()
                .anyMatch(step -> step.state() == StepState.RUNNING && !step.kind().equals("backfill"));
        return "Seen by " + request.seenBy() + (request.verb() == RunRequest.Verb.PAUSE && statement
                ? "; takes effect when the running statement ends, which is not thrown away"
                : "; takes effect at the next place to stop");
    }
}
