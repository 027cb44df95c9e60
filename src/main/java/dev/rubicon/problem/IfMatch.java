package dev.rubicon.problem;

import org.jspecify.annotations.Nullable;

/** What PUT, PATCH and DELETE demand: that the caller has seen the version that is about to change. */
public final class IfMatch {

    private IfMatch() {
    }

    /** @throws Problem when the header is missing or names another version */
    public static void demand(@Nullable String header, long version) {
        if (header == null || header.isBlank()) {
            throw new Problem(ProblemType.PRECONDITION_REQUIRED, "Send the ETag that you read as If-Match");
        }
        if (!header.strip().equals("*") && !header.strip().replaceFirst("^W/", "").equals("\"" + version + "\"")) {
            throw new Problem(ProblemType.STALE, "The version is \"%d\" by now, If-Match said %s".formatted(version,
                    header.strip()));
        }
    }
}
