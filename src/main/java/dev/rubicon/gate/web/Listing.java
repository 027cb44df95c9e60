package dev.rubicon.gate.web;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, newest first.
 *
 * @param next the cursor of the next part, or null at the end
 */
record Listing<T>(List<T> items, @Nullable String next) {

    private static final int MOST = 200;

    /** @param rows up to {@link #fetch} rows; the one too many only tells that there is more */
    static <R, T> Listing<T> of(List<R> rows, int limit, ToLongFunction<R> id, Function<R, T> shown) {
        List<R> part = rows.size() > limit ? rows.subList(0, limit) : rows;
        String next = rows.size() > limit ? cursor(id.applyAsLong(part.getLast())) : null;
        return new Listing<>(part.stream().map(shown).toList(), next);
    }

    /** How many rows to read for a part of that many. */
    static int fetch(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new Problem(ProblemType.BAD_REQUEST, "limit takes 1 to " + MOST);
        }
        return limit + 1;
    }

    /** The id below which the part lies. */
    static long before(@Nullable String cursor) {
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Problem(ProblemType.BAD_REQUEST, "cursor is not one that a list gave as 'next'");
        }
    }

    private static String cursor(long id) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(Long.toString(id).getBytes(StandardCharsets.UTF_8));
    }
}
