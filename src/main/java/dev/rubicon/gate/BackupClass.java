package dev.rubicon.gate;

import java.util.Locale;

/** How much a record of a backup proves; each proves more than the one before. */
public enum BackupClass {
    /** Somebody said so. */
    STATED,
    /** It was read from the server or service that keeps it. */
    OBSERVED,
    /** A restore of it was tried. */
    RESTORED;

    /** The word on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
