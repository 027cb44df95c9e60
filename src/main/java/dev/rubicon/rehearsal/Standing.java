package dev.rubicon.rehearsal;

import java.time.Instant;
import java.util.List;

/**
 * Whether what was rehearsed is still what is there.
 *
 * @param moved what is not as it was when the rehearsal began, in sentences
 */
public record Standing(Instant lookedAt, List<String> moved) {

    public Standing {
        moved = List.copyOf(moved);
    }

    /** Whether something has moved since: the evidence is then of another state than the one that is there. */
    public boolean stale() {
        return !moved.isEmpty();
    }
}
