package dev.rubicon.rollout;

import java.util.Map;

/**
 * An event of a rollout was written down; published in the same transaction.
 *
 * @param seq grows within the rollout in the order of the commits
 * @param type like {@code phase.state}
 * @param data as it was written
 */
public record RolloutMoved(long seq, long rollout, String type, Map<String, ?> data) {}
