package dev.rubicon.rehearsal;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a rehearsal is for. */
public enum RehearsalKind {
    /** Of a plan, from where a rollout begins: up, down and up again. */
    REHEARSAL,
    /** Of the way back of a rollout, from where a target stands now: down and up again. It is no evidence for an approval. */
    DRILL;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
