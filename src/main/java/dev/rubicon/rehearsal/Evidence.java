package dev.rubicon.rehearsal;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rubicon.engine.schema.Fingerprint;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A passed rehearsal, as an approval rests on it.
 *
 * @param rehearsal its number
 * @param digest over all that is here but the standing: the same evidence has the same one for ever
 * @param standing whether it still holds, as last looked at, or null when nobody has looked
 */
public record Evidence(long rehearsal, String target, @JsonProperty("class") EvidenceClass evidenceClass,
        Instant endedAt, String revisionDigest, String rollbackDigest, String sourceFingerprint, int sourceVersion,
        String digest, @Nullable Standing standing) {

    private static final String ALGORITHM = "sha256:";

    /** @throws NullPointerException for a rehearsal that has not ended on a target */
    static Evidence of(Rehearsal one) {
        Instant ended = Objects.requireNonNull(one.endedAt());
        String fingerprint = Objects.requireNonNull(one.sourceFingerprint());
        int version = Objects.requireNonNull(one.sourceVersion());
        String all = Stream.of(one.id(), one.target(), one.evidenceClass().word(), one.state(), ended, one.digest(),
                one.rollbackDigest(), fingerprint, version).map(String::valueOf).collect(Collectors.joining("\n"));
        return new Evidence(one.id(), one.target(), one.evidenceClass(), ended, one.digest(), one.rollbackDigest(),
                fingerprint, version, hash(all), one.standing());
    }

    /** What is approved where this evidence is demanded: all that the digest stands for, on this evidence. */
    public String covers(String rolloutDigest) {
        return hash(rolloutDigest + "\n" + digest);
    }

    /** In a sentence without its end, like {@code rehearsal #3 (synthetic rows, on shop-1)}. */
    public String words() {
        return "rehearsal #%d (%s, on %s)".formatted(rehearsal, evidenceClass.word(), target);
    }

    private static String hash(String text) {
        return ALGORITHM + Fingerprint.of(text).digits();
    }
}
