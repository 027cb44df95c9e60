package dev.rubicon.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the trail are asked for; null asks for all.
 *
 * @param since the earliest time, included
 * @param until the time behind the latest
 */
public record AuditFilter(@Nullable String actor, @Nullable String action, @Nullable String subjectType,
        @Nullable String subjectId, @Nullable String environment, @Nullable Instant since, @Nullable Instant until) {

    /** All that the reader may see. */
    public static final AuditFilter EVERYTHING = new AuditFilter(null, null, null, null, null, null, null);
}
