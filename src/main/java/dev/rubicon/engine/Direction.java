package dev.rubicon.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Which way a step is gone. */
public enum Direction {
    /** The step's own work. */
    FORWARD,
    /** The way back. */
    ROLLBACK,
    /** Not done, by an operator's decision, and counted as in effect. */
    SKIP;

    @JsonValue
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Reads the word, and the name of the constant too. */
    @JsonCreator
    static Direction of(String word) {
        return java.util.Arrays.stream(values()).filter(one -> one.word().equals(word) || one.name().equals(word))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no direction"));
    }
}
