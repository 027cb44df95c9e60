package dev.rubicon.engine;

/** Which way a step is gone. */
public enum Direction {
    /** The step's own work. */
    FORWARD,
    /** The way back. */
    ROLLBACK,
    /** Not done, by an operator's decision, and counted as in effect. */
    SKIP;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
