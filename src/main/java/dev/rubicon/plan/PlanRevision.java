package dev.rubicon.plan;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of a plan.
 *
 * @param digest {@code sha256:} and the hash over the document's canonical JSON (RFC 8785)
 * @param source the text as it was submitted
 * @param mediaType {@code application/yaml} or {@code application/json}
 * @param migrations the migration name of each step: {@code <UTC timestamp>_<step with underscores>}
 * @param verdict what the analysis made of it, or null in the moment between submission and judgement
 */
public record PlanRevision(String plan, int revision, String digest, PlanDocument document, String source,
        String mediaType, String submittedBy, Instant submittedAt, Map<String, String> migrations,
        @Nullable Verdict verdict) {

    /** Whether this phase crosses the point of no return or lies behind it. */
    public boolean overTheRiver(int phase) {
        return verdict != null && verdict.pointOfNoReturn() != null && phase >= verdict.pointOfNoReturn().phase();
    }
}
