package dev.rubicon.execution;

import java.time.Instant;

/**
 * What there is to be seen of one node.
 *
 * @param seenAt when it was last heard of, by the database's clock
 * @param runs phase runs in its hand now; a run that waits for its next try is in nobody's
 * @param leaseMillis how long it may be silent before the others take its runs
 * @param clockAheadMillis how far its machine's clock is ahead of the database's, which it goes by; 0 for next to nothing
 */
public record NodeView(String name, String version, NodeState state, boolean self, Instant since, Instant seenAt,
        int runs, long leaseMillis, long clockAheadMillis) {}
