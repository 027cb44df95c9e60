package dev.rubicon.gate;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.util.List;
import java.util.Map;

/** Values that a door cannot take. */
final class Invalid {

    private Invalid() {}

    /** @param pointer JSON pointer to the field in the request */
    static Problem input(String pointer, String message) {
        return new Problem(ProblemType.INVALID_INPUT, message,
                Map.of("violations", List.of(Map.of("pointer", pointer, "message", message))));
    }

    /** A text that is there, not blank, and no longer than it may be; stripped. */
    static String text(String pointer, String value, int longest) {
        String text = value.strip();
        if (text.isEmpty() || text.length() > longest) {
            throw input(pointer, "%s takes 1 to %d characters".formatted(pointer.substring(1), longest));
        }
        return text;
    }
}
