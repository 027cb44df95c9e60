package dev.rubicon.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a rollback loses. */
public enum DataLoss {
    /** Nothing. */
    NONE("none"),
    /** Only what can be computed again from what stays. */
    DERIVED("derived"),
    /** What was written since the step took effect. */
    NEW_WRITES("new-writes"),
    /** What existed before the plan; only a backup brings it back. */
    TOTAL("total");

    private final String word;

    DataLoss(String word) {
        this.word = word;
    }

    /** The word of the plan format. */
    @JsonValue
    public String word() {
        return word;
    }

    /** Reads the word, and the name of the constant too. */
    @JsonCreator
    static DataLoss of(String word) {
        return java.util.Arrays.stream(values()).filter(one -> one.word().equals(word) || one.name().equals(word))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no loss of data"));
    }
}
