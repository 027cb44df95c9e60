package dev.rubicon.rollout;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One revision carried to a frozen set of targets, as its row has it. */
record Rollout(long id, String plan, int revision, String environment, String digest, Frozen frozen,
        RolloutState state, double speed, @Nullable Undoing rollback, @Nullable String note, String submittedBy,
        String openedBy, Instant openedAt, @Nullable Instant endedAt, long version) {

    /** What is being undone, and why. */
    record Undoing(int toPhase, String reason, java.util.List<String> targets, String by) {

        boolean concerns(String target) {
            return targets.isEmpty() || targets.contains(target);
        }
    }

    /** One phase of it. */
    record PhaseRow(int index, PhaseState state, @Nullable String startedBy, @Nullable Instant startedAt,
            @Nullable Instant doneAt, @Nullable String told) {}

    /** One target of it; {@code skipped} says why it was left out, or is null. */
    record RunRow(String target, int wave, @Nullable String skipped) {}
}
