package dev.rubicon.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How much a finding weighs. */
public enum Severity {
    /** Good to know. */
    INFO,
    /** Worth a look; stops nothing. */
    WARNING,
    /** Refuses approval until a reviewer accepts it with a reason. */
    ERROR,
    /** Refuses approval; cannot be accepted. */
    BLOCKING;

    @JsonValue
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Reads the word, and the name of the constant too. */
    @JsonCreator
    static Severity of(String word) {
        return java.util.Arrays.stream(values()).filter(one -> one.word().equals(word) || one.name().equals(word))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no severity"));
    }
}
