package dev.rubicon.security;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token to be made for whoever asks.
 *
 * @param scopes what it may be used for; reading is always part of it
 * @param expiresAt at most a year ahead
 */
public record NewToken(@Nullable String name, @Nullable Set<Scope> scopes, @Nullable Instant expiresAt) {}
