package dev.rubicon.rehearsal;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which schemas the targets of a rollout had when it was opened, and which rehearsal stands for each.
 *
 * @param evidenceClass that is demanded
 * @param endedAt null while targets are still being read
 * @param schemas each one once, the one of the first target first
 * @param unread targets whose schema is not known, and why
 */
public record Survey(long rollout, @JsonProperty("class") EvidenceClass evidenceClass, Instant begunAt,
        @Nullable Instant endedAt, List<Schema> schemas, List<Unread> unread) {

    /**
     * @param targets that have it
     * @param rehearsal the one that stands for it, or null where it was left out
     * @param state of that rehearsal now, or null
     * @param why it was left out; else empty
     */
    public record Schema(String fingerprint, int serverVersion, List<String> targets, @Nullable Long rehearsal,
            @Nullable RehearsalState state, String why) {}

    public record Unread(String target, String why) {}
}
