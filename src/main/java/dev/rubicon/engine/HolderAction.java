package dev.rubicon.engine;

import com.fasterxml.jackson.annotation.JsonValue;

/** What an operator may do to a session that holds what a step waits for. */
public enum HolderAction {
    /** Its running statement fails; the connection stays. A session that runs nothing keeps what it holds. */
    CANCEL,
    /** Its connection is closed, and its open transaction rolled back. */
    END;

    @JsonValue
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
