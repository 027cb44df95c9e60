package dev.rubicon.registry;

/**
 * A target is about to be deleted, or to leave its environment; published in that transaction, before it happens. A
 * higher room that still needs it objects by throwing the {@code Problem} TARGET_IN_USE.
 */
public record TargetLeaving(String name) {}
