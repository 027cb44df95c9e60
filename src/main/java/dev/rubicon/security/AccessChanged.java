package dev.rubicon.security;

import java.util.Map;

/**
 * Somebody's access changed; published in the change's transaction. The audit trail, which this room may not name,
 * writes it down.
 *
 * @param action like {@code user.created}
 * @param type the resource's word of the API: {@code user} or {@code token}
 * @param id the account's name, or the token's id
 * @param details facts of the change, never a secret
 */
public record AccessChanged(Actor by, String action, String type, String id, Map<String, Object> details) {}
