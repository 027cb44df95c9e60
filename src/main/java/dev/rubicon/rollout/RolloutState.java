package dev.rubicon.rollout;

import java.util.EnumSet;
import java.util.Set;

/** Where a rollout is. */
public enum RolloutState {
    /** No phase runs; the next one waits for its gates. */
    WAITING,
    /** A phase runs on at least one target. */
    RUNNING,
    /** A pause was asked for; some target has not reached a place to stop. */
    PAUSING,
    /** Nothing runs until somebody resumes. */
    PAUSED,
    /** Nothing runs, and a target failed; retry, skip or roll back. */
    FAILED,
    /** A cancel was asked for; some target has not stopped. */
    CANCELLING,
    /** Stopped for good. What is in effect stays, and can be rolled back. */
    CANCELLED,
    /** Phases are being undone. */
    ROLLING_BACK,
    /** Undoing stopped at a failure; retry goes on. */
    ROLLBACK_FAILED,
    /** Everything that this rollout did in the chosen phases is undone. */
    ROLLED_BACK,
    /** Every phase is done on every target, or skipped with a reason. */
    DONE;

    private Set<RolloutState> successors() {
        return switch (this) {
            case WAITING -> EnumSet.of(RUNNING, PAUSED, CANCELLING, CANCELLED, ROLLING_BACK, DONE, FAILED);
            case RUNNING -> EnumSet.of(WAITING, PAUSING, FAILED, CANCELLING, DONE);
            case PAUSING -> EnumSet.of(PAUSED, CANCELLING);
            case PAUSED -> EnumSet.of(WAITING, RUNNING, CANCELLING, CANCELLED, ROLLING_BACK);
            case FAILED -> EnumSet.of(RUNNING, CANCELLING, CANCELLED, ROLLING_BACK);
            case CANCELLING -> EnumSet.of(CANCELLED, ROLLING_BACK);
            case CANCELLED -> EnumSet.of(ROLLING_BACK);
            case ROLLING_BACK -> EnumSet.of(ROLLED_BACK, ROLLBACK_FAILED);
            case ROLLBACK_FAILED -> EnumSet.of(ROLLING_BACK);
            case ROLLED_BACK -> EnumSet.of(ROLLING_BACK);
            case DONE -> EnumSet.of(ROLLING_BACK);
        };
    }

    /** Whether this state may be followed by the other. */
    public boolean leadsTo(RolloutState next) {
        return successors().contains(next);
    }

    /** Whether it goes on by itself or by gates: somebody should look at it now and then. */
    public boolean active() {
        return switch (this) {
            case WAITING, RUNNING, PAUSING, CANCELLING, ROLLING_BACK -> true;
            case PAUSED, FAILED, CANCELLED, ROLLBACK_FAILED, ROLLED_BACK, DONE -> false;
        };
    }

    /** Whether a phase may still begin in it: it is neither at its end nor on its way back. */
    public boolean goesForward() {
        return switch (this) {
            case WAITING, RUNNING, PAUSING, PAUSED, FAILED -> true;
            case CANCELLING, CANCELLED, ROLLING_BACK, ROLLBACK_FAILED, ROLLED_BACK, DONE -> false;
        };
    }

    /** How soon somebody should look at it, 0 first: what stands still until somebody acts, what waits, and the rest. */
    int rank() {
        return switch (this) {
            case FAILED, ROLLBACK_FAILED, PAUSED -> 0;
            case WAITING -> 1;
            case RUNNING, PAUSING, CANCELLING, ROLLING_BACK -> 2;
            case CANCELLED, ROLLED_BACK, DONE -> 3;
        };
    }

    /** Whether its targets are free of it. */
    public boolean ended() {
        return this == CANCELLED || this == ROLLED_BACK || this == DONE;
    }
}
