package dev.rubicon.plan.web;

import dev.rubicon.plan.PlanRevision;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a list of plans goes on.
 *
 * @param at when the last plan shown was submitted, or null at the beginning
 */
record Cursor(@Nullable Instant at, String plan) {

    static Cursor of(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return new Cursor(null, "");
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
            return new Cursor(Instant.parse(parts[0]), parts[1]);
        } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException e) {
            throw new Problem(ProblemType.BAD_REQUEST, "The cursor is none that this list gave");
        }
    }

    static String behind(PlanRevision revision) {
        String key = revision.submittedAt() + " " + revision.plan();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }
}
