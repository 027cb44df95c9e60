package dev.rubicon.plan;

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
    public String word() {
        return word;
    }
}
