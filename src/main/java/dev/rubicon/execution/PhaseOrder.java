package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.plan.PlanRevision;

/**
 * What is to be carried out: one phase of a revision on one target.
 *
 * @param rollout the number that all runs of one rollout share; it stands in the target's ledger. Rehearsals share the
 *     numbers below zero, and their runs go the same way, on shadows instead of targets
 * @param direction forward or rollback
 * @param speed of backfills, from 0 to 1
 */
public record PhaseOrder(long rollout, PlanRevision revision, int phase, String target, String environment,
        Direction direction, double speed) {

    /** The number that the runs of a rehearsal share. */
    public static long numberOfRehearsal(long rehearsal) {
        return -rehearsal;
    }

    static boolean isRehearsal(long number) {
        return number < 0;
    }
}
