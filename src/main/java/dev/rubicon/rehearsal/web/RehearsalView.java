package dev.rubicon.rehearsal.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.Foresight;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.RehearsalKind;
import dev.rubicon.rehearsal.RehearsalReport;
import dev.rubicon.rehearsal.RehearsalState;
import dev.rubicon.rehearsal.Standing;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rehearsal as it is sent.
 *
 * @param evidence whether its outcome says anything about the plan
 * @param proves what its class shows, and what it does not
 * @param foreseen what the analysis foresees of each step, and where that was seen otherwise
 * @param standing whether it still holds, as last looked at, or null when nobody has looked
 * @param kind {@code rehearsal}, or {@code drill} of a rollout's way back, which is no evidence
 * @param rollout whose way back is drilled, or null
 */
record RehearsalView(long id, String plan, int revision, String digest, String rollbackDigest, String target,
        String environment, @JsonProperty("class") EvidenceClass evidenceClass, String proves, RehearsalState state,
        boolean evidence, String message, String askedBy, Instant askedAt, @Nullable Instant startedAt,
        @Nullable Instant endedAt, @Nullable String sourceFingerprint, @Nullable Integer sourceVersion,
        RehearsalReport report, @Nullable Standing standing, List<Foresight.Beside> foreseen,
        RehearsalKind kind, @Nullable Long rollout) {

    static RehearsalView of(Rehearsal one, List<Foresight.Beside> foreseen) {
        return new RehearsalView(one.id(), one.plan(), one.revision(), one.digest(), one.rollbackDigest(), one.target(),
                one.environment(), one.evidenceClass(), one.evidenceClass().proves(), one.state(),
                one.kind() == RehearsalKind.REHEARSAL && one.state().isEvidence(), one.message(), one.askedBy(), one.askedAt(), one.startedAt(), one.endedAt(),
                one.sourceFingerprint(), one.sourceVersion(), one.report(), one.standing(), foreseen, one.kind(),
                one.rollout());
    }
}
