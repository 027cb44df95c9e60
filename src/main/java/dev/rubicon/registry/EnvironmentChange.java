package dev.rubicon.registry;

import org.jspecify.annotations.Nullable;

/**
 * An environment as it is to be, whole.
 *
 * @param position its place in the order, each taken once
 */
public record EnvironmentChange(@Nullable Integer position, @Nullable Policy policy) {}
