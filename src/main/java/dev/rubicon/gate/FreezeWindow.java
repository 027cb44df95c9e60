package dev.rubicon.gate;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A time in which nothing starts.
 *
 * @param environment the only one concerned, or null for all
 * @param labels only targets that carry all of these; all targets for none
 * @param version counts the changes; it is the ETag
 */
public record FreezeWindow(long id, @Nullable String environment, Map<String, String> labels, Instant startsAt,
        Instant endsAt, String reason, String setBy, Instant at, long version) {

    /** Whether a target with these labels is concerned. */
    public boolean covers(Map<String, String> targetLabels) {
        return targetLabels.entrySet().containsAll(labels.entrySet());
    }
}
