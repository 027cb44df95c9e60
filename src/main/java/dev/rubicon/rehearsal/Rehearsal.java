package dev.rubicon.rehearsal;

import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revision carried up, down and up again on a shadow of a target.
 *
 * @param digest of the revision
 * @param rollbackDigest over its ways back alone
 * @param message what it does now, or why it came to nothing; else empty
 * @param epoch counts the workers that took it up
 * @param sourceFingerprint of the target's schema when it began; before that as a run read it that waits for this, or null
 * @param sourceVersion the target's major version, then
 * @param standing whether it still holds, as last looked at, or null when nobody has looked
 * @param rollout whose way back is drilled, or null for a rehearsal of the plan
 */
public record Rehearsal(long id, String plan, int revision, String digest, String rollbackDigest, String target,
        String environment, EvidenceClass evidenceClass, RehearsalState state, String message, String askedBy,
        Instant askedAt, @Nullable Instant startedAt, @Nullable Instant endedAt, int epoch, @Nullable String server,
        @Nullable String shadow, @Nullable String sourceFingerprint, @Nullable Integer sourceVersion,
        RehearsalReport report, @Nullable Standing standing, RehearsalKind kind, @Nullable Long rollout) {

    /** Whether this actor may have its target looked at: who may check targets, or ask for such a rehearsal on it. */
    public boolean mayBeLookedAtBy(Actor actor) {
        return actor.may(Permission.CHECK_TARGET, environment) || actor.may(evidenceClass.permission(), environment);
    }

    /** Whether it passed, and nothing is known to have moved since. */
    public boolean counts() {
        return state == RehearsalState.PASSED && (standing == null || !standing.stale());
    }
}
