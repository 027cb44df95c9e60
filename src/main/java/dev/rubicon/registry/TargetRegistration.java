package dev.rubicon.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A target to be registered.
 *
 * @param labels what rollouts choose targets by; null for none
 * @param url for PostgreSQL a {@link JdbcUrl}; for DynamoDB the endpoint, like {@code https://host}
 * @param password in clear text, to be sealed; at most one of it and the reference
 * @param passwordRef {@code env:RUBICON_TARGET_…} or {@code file:/…}
 * @param settings limits of this target, by name; null for none
 */
public record TargetRegistration(@Nullable String name, @Nullable EngineKind engine, @Nullable String environment,
        @Nullable Map<String, String> labels, @Nullable String url, @Nullable String username,
        @Nullable String password, @Nullable String passwordRef, @Nullable Map<String, String> settings) {

    @Override
    public String toString() {
        return "TargetRegistration[" + name + "]";
    }
}
