package dev.rubicon.security;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API token without its secret.
 *
 * @param name tells the owner's tokens apart; it stands in the trail
 * @param owner the account it acts for
 * @param lastUsedAt to about a minute, or null when never
 * @param revokedAt when it was taken back, or null while it is good
 */
public record ApiToken(UUID id, String name, String owner, Set<Scope> scopes, Instant expiresAt, Instant createdAt,
        @Nullable Instant lastUsedAt, @Nullable Instant revokedAt) {}
