package dev.rubicon.registry;

/**
 * @param position order from the first (development) to the last (production)
 * @param version counts the changes; it is the ETag
 */
public record Environment(String name, int position, Policy policy, long version) {}
