package dev.rubicon.gate;

import org.jspecify.annotations.Nullable;

/**
 * A deployment, a backup, a freeze, a decision or a named go was recorded: phases that waited may go on. Published in
 * the recording transaction.
 *
 * @param environment the only one concerned, or null for any
 */
public record GatesMoved(@Nullable String environment) {}
