package dev.rubicon.plan;

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

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
