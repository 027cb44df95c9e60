package dev.rubicon.engine;

import java.time.Instant;

/**
 * One effect on a target, as its own ledger has it.
 *
 * @param direction forward, rollback, or skip
 * @param run the phase run that did it
 * @param checksum of the text that took effect
 */
public record LedgerRow(long id, String plan, int revision, String step, Direction direction, long rollout, long run,
        String checksum, Instant at) {

    /** Whether the step is in effect after this row. */
    public boolean inEffect() {
        return direction != Direction.ROLLBACK;
    }
}
