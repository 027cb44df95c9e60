package dev.rubicon.engine.facts;

import com.fasterxml.jackson.annotation.JsonValue;

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

    /** Whether it keeps others from reading. */
    public boolean blocksReads() {
        return this == ACCESS_EXCLUSIVE;
    }

    /** Whether it keeps others from inserting, updating and deleting. */
    public boolean blocksWrites() {
        return compareTo(SHARE) >= 0;
    }
}
