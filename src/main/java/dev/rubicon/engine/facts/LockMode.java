package dev.rubicon.engine.facts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;

/** PostgreSQL's locks on tables, the weakest first, in its own words. */
public enum LockMode {
    ACCESS_SHARE, ROW_SHARE, ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE, ACCESS_EXCLUSIVE;

    /** As PostgreSQL's manual writes it, like {@code ACCESS EXCLUSIVE}. */
    @JsonValue
    public String word() {
        return name().replace('_', ' ');
    }

    /** Reads {@code AccessExclusiveLock}, as {@code pg_locks} writes it. */
    public static LockMode ofCatalog(String mode) {
        return valueOf(mode.replaceAll("Lock$", "").replaceAll("([a-z])([A-Z])", "$1_$2")
                .toUpperCase(java.util.Locale.ROOT));
    }

    /** As {@code pg_locks} writes it, like {@code AccessExclusiveLock}. */
    public String catalogName() {
        StringBuilder written = new StringBuilder();
        for (String part : name().split("_")) {
            written.append(part.charAt(0)).append(part.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        return written + "Lock";
    }

    /** Whether two sessions cannot hold the two on one relation at the same time. */
    public boolean conflictsWith(LockMode other) {
        return CONFLICTS[ordinal()].charAt(other.ordinal()) == 'x';
    }

    /** All that it conflicts with, the weakest first. */
    public List<LockMode> conflicting() {
        return Arrays.stream(values()).filter(this::conflictsWith).toList();
    }

    /** The manual's table of conflicts: a row and a column for each mode in order. */
    private static final String[] CONFLICTS = {
            ".......x",
            "......xx",
            "....xxxx",
            "...xxxxx",
            "..xx.xxx",
            "..xxxxxx",
            ".xxxxxxx",
            "xxxxxxxx"};

    /** Whether it keeps others from reading. */
    public boolean blocksReads() {
        return this == ACCESS_EXCLUSIVE;
    }

    /** Whether it keeps others from inserting, updating and deleting. */
    public boolean blocksWrites() {
        return compareTo(SHARE) >= 0;
    }
}
