package dev.rubicon.registry;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One database that plans run against, without its secret.
 *
 * @param url JDBC URL; its parameters are on the allowlist of {@link JdbcUrl}
 * @param passwordSource where the password comes from, in words fit to be shown: {@code stored}, {@code env:NAME},
 *     {@code file:/path} or {@code none}
 * @param settings limits of this target, by name
 * @param identity which server and database this really is, as the newest successful check read it, or null before
 * @param version counts the changes; it is the ETag
 */
public record Target(String name, EngineKind engine, String environment, Map<String, String> labels, String url,
        @Nullable String username, String passwordSource, Map<String, String> settings,
        @Nullable TargetIdentity identity, @Nullable TargetCheck lastCheck, Instant registeredAt, long version) {}
