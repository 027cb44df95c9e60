package dev.rubicon.verification;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the schema of a target is what it should be.
 *
 * @param baseline what it should be, or null where nobody has said so yet
 * @param lookedAt when the watch last looked, or null before that
 * @param fingerprint of what was seen then, without what is ignored; empty before that
 * @param note why the watch cannot look or compare now; else empty
 * @param open what is not as it should be, by kind and name
 * @param ended the newest that were, and are not any more
 */
public record Drift(String target, String environment, State state, @Nullable Baseline baseline,
        @Nullable Instant lookedAt, String fingerprint, String note, List<Item> open, List<Item> ended) {

    public Drift {
        open = List.copyOf(open);
        ended = List.copyOf(ended);
    }

    /** In one word. */
    public enum State {
        /** No rollout has ended there yet, and nobody has accepted what is there. */
        UNWATCHED,
        /** The schema is what it should be. */
        NONE,
        /** Something is not as it should be. */
        DRIFTED
    }

    /**
     * One object that is not, or was not, as it should be.
     *
     * @param since when that was first seen
     * @param seenAt when it was last seen
     * @param endedAt when it was first seen not to be so any more, or null
     * @param endedBy why, in a sentence, or null
     */
    public record Item(SchemaChange change, Instant since, Instant seenAt, @Nullable Instant endedAt,
            @Nullable String endedBy) {}
}
