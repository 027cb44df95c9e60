package dev.rubicon.web.pages;

import dev.rubicon.security.Actor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the target pages change: checks asked for, databases registered. */
interface TargetDesk {

    /** Connects and looks; what it found is on the target afterwards. */
    void check(Actor actor, String target);

    /**
     * Registers a PostgreSQL database.
     *
     * @param password write-only, or null
     * @param passwordRef {@code env:NAME} or {@code file:/path}, or null
     */
    void register(Actor actor, String name, String environment, Map<String, String> labels, String url,
            @Nullable String username, @Nullable String password, @Nullable String passwordRef);
}
