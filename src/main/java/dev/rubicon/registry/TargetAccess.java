package dev.rubicon.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is needed to connect to a target: the only type that carries a clear password, and only from {@link Targets}
 * to an engine. Its text never shows the password.
 */
public record TargetAccess(String name, EngineKind engine, String environment, String url, @Nullable String username,
        @Nullable String password, Map<String, String> settings) {

    /** Host and port, as connections to one server are counted: the part of the URL before the database. */
    public String server() {
        int from = url.indexOf("//") + 2;
        int to = url.indexOf('/', from);
        return url.substring(from, to < 0 ? url.length() : to);
    }

    @Override
    public String toString() {
        return "TargetAccess[" + name + "]";
    }
}
