package dev.rubicon.execution;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asked of a run, and apart from it what became of it.
 *
 * @param step the step that is meant, or null for the whole run
 * @param seenBy the node whose worker has seen it, or null as long as none has
 * @param sentTo the backend on the target that a cancel was sent to, or null
 * @param outcome null as long as nothing is observed
 * @param observed what was observed, in a sentence
 */
public record RunRequest(long id, Verb verb, @Nullable String step, @Nullable String reason, String by, Instant at,
        @Nullable String seenBy, @Nullable Instant seenAt, @Nullable Integer sentTo, @Nullable Instant sentAt,
        @Nullable Outcome outcome, @Nullable String observed, @Nullable Instant observedAt) {

    /** What is asked. */
    public enum Verb {
        /** Rest at the next place from which the run can be resumed. */
        PAUSE,
        /** Rest when the run comes to the step. */
        PAUSE_BEFORE,
        /** Without a step: end for good. With one: cancel its statement, and rest. */
        CANCEL,
        /** Go on after a pause. */
        RESUME,
        /** Try the failed step again. */
        RETRY,
        /** Give up the target that a run at rest keeps its place on. */
        RELEASE,
        /** Leave the step out, and go on with the next. */
        SKIP,
        /** Let the rows that a backfill set aside stay as they are, and go on. */
        ACCEPT;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How a request ended. */
    public enum Outcome {
        /** What was asked happened. */
        DONE,
        /** It came when there was nothing left to do it to. */
        TOO_LATE,
        /** A later request took its place. */
        OVERTAKEN,
        /** The target's state forbids it. */
        REFUSED;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Who asks, and why if that is said. */
    public record Asker(String by, @Nullable String reason) {}

    /** Whether nothing is observed yet. */
    public boolean open() {
        return outcome == null;
    }
}
