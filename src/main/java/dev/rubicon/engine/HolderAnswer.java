package dev.rubicon.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What was seen on the target after an operator asked to clear a holder.
 *
 * @param message the same in a sentence, with what to do next where there is something to do
 */
public record HolderAnswer(Seen seen, String message) {

    /** What was seen. */
    public enum Seen {
        /** The statement was cancelled, and the session holds the lock no more. */
        FREED,
        /** The session has ended. */
        GONE,
        /** The cancel was sent, and the session still holds the lock: it runs nothing, its transaction is open. */
        STILL_HOLDS,
        /** The signal was sent, and the session has not yet heeded it. */
        STILL_RUNS,
        /** Nothing was sent: the session was gone already. */
        GONE_BEFORE,
        /** Nothing was sent: the session did not hold the lock any more. */
        FREE_BEFORE,
        /** Nothing was sent: the server does not let Rubicon signal this session. */
        NOT_PERMITTED,
        /** Nothing was sent: it is a session of Rubicon itself. */
        RUBICONS_OWN,
        /** Nothing was sent: whether it is still the same session cannot be told. */
        UNKNOWN,
        /** Nothing was sent: the target could not be reached. */
        UNREACHABLE;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether the lock is free of this holder. */
    public boolean cleared() {
        return switch (seen) {
            case FREED, GONE, GONE_BEFORE, FREE_BEFORE -> true;
            case STILL_HOLDS, STILL_RUNS, NOT_PERMITTED, RUBICONS_OWN, UNKNOWN, UNREACHABLE -> false;
        };
    }
}
