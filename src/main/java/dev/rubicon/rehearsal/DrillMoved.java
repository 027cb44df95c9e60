package dev.rubicon.rehearsal;

/**
 * A drill was asked for, or has ended. Published in the transaction of that.
 *
 * @param drill its number as a rehearsal
 * @param broke what broke the way back, in a sentence; empty where it is intact, not shown or not yet known
 */
public record DrillMoved(long rollout, long drill, String target, RehearsalState state, String broke) {}
