package dev.rubicon.web.pages;

import dev.rubicon.security.Actor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the target pages change: checks asked for, databases registered. */
interface TargetDesk {

    /** Connects and looks; what it found is on the target afterwards. */
    void check(Actor actor, String target);

    /**
     * Changes the limits of backfills.
     *
     * @param limits by the names of their settings; null for the default
     * @param version of the target that was looked at
     */
    void limits(Actor actor, String target, Map<String, @Nullable String> limits, long version);

    /**
     * Registers a PostgreSQL database.
     *
     * @param password write-only, or null
     * @param passwordRef {@code env:NAME} or {@code file:/path}, or null
     */
    void register(Actor actor, String name, String environment, Map<String, String> labels, String url,
            @Nullable String username, @Nullable String password, @Nullable String passwordRef);
}
