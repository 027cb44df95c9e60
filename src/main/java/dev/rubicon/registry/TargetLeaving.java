package dev.rubicon.registry;

/**
 * A target is about to be deleted. Published in the deleting transaction; a listener that still needs it throws the
 * {@link dev.rubicon.problem.Problem} that the caller is to see.
 */
public record TargetLeaving(String target) {
}
