package dev.rubicon.execution;

import java.util.EnumSet;
import java.util.Set;

/** Where one phase on one target is, in one direction. */
public enum PhaseRunState {
    /** Waits for a worker, or for the target that another run holds. */
    QUEUED,
    /** A worker does its steps. */
    RUNNING,
    /** The running step tries to get locks or the target back; nothing is held. */
    WAITING,
    /** A pause was asked for; the running step has not reached a place to stop. */
    PAUSING,
    /** Stopped between two places from which it can be resumed. */
    PAUSED,
    /** A cancel was asked for; what became of the running statement is not known yet. */
    CANCELLING,
    /** Stopped for good; the steps in effect stay in effect. */
    CANCELLED,
    /** A step failed; retry, skip, rollback or release go on from here. */
    FAILED,
    /** Every step took effect and its verifications hold. */
    DONE,
    /** Every step that was in effect is undone. */
    ROLLED_BACK;

    private Set<PhaseRunState> successors() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, PAUSED, CANCELLED);
            case RUNNING -> EnumSet.of(WAITING, PAUSING, CANCELLING, FAILED, DONE, ROLLED_BACK);
            case WAITING -> EnumSet.of(RUNNING, PAUSING, CANCELLING);
            case PAUSING -> EnumSet.of(PAUSED, CANCELLING, FAILED, DONE, ROLLED_BACK);
            case PAUSED -> EnumSet.of(QUEUED, CANCELLED);
            case CANCELLING -> EnumSet.of(CANCELLED, DONE, ROLLED_BACK);
            case FAILED -> EnumSet.of(QUEUED, CANCELLED);
            case CANCELLED, DONE, ROLLED_BACK -> EnumSet.noneOf(PhaseRunState.class);
        };
    }

    /** Whether this state may be followed by the other. */
    public boolean leadsTo(PhaseRunState next) {
        return successors().contains(next);
    }

    /** Whether nothing more will happen. */
    public boolean ended() {
        return successors().isEmpty();
    }
}
