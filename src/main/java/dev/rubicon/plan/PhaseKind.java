package dev.rubicon.plan;

/** What a phase is for. */
public enum PhaseKind {
    /** Adds the new beside the old. */
    EXPAND,
    /** Copies data and switches to the new. */
    MIGRATE,
    /** Removes the old. */
    CONTRACT;

    /** The word of the plan format. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What a phase is called whose author gave it no title. */
    String title() {
        return name().charAt(0) + word().substring(1);
    }
}
