package dev.rubicon.audit;

import org.jspecify.annotations.Nullable;

/**
 * What an entry of the trail is about.
 *
 * @param type the resource's word of the API, like {@code plan} or {@code rollout}
 * @param id its name or number as it stands in the URL
 * @param environment the environment it belongs to, or null when to none
 */
public record Subject(String type, String id, @Nullable String environment) {}
