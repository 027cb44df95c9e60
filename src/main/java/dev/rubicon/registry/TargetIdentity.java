package dev.rubicon.registry;

/**
 * Which database a URL leads to. Two targets with an equal identity are the same database.
 *
 * @param systemIdentifier PostgreSQL's {@code pg_control_system()} identifier, or an empty text where it may not be read
 */
public record TargetIdentity(String host, int port, String database, String systemIdentifier) {}
