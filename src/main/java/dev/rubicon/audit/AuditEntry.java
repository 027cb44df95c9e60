package dev.rubicon.audit;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the trail.
 *
 * @param actor the account's name
 * @param token the name of the token used, or null for a person
 * @param link its place in the chain, from 1; null while it is not linked yet
 * @param hash its link's SHA-256 in hexadecimal, or null while it is not linked yet
 */
public record AuditEntry(long id, Instant at, String actor, @Nullable String token, String action, Subject subject,
        Map<String, Object> details, @Nullable Long link, @Nullable String hash) {}
