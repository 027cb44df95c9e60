package dev.rubicon.rollout;

import dev.rubicon.engine.Direction;
import dev.rubicon.execution.PhaseRunState;

/** Where a rollout is on one target. */
public enum RunState {
    /** No phase of it has begun here. */
    QUEUED,
    /** Waits between two phases. */
    WAITING,
    /** A phase runs, or tries to. */
    RUNNING,
    /** Stopped by a pause. */
    PAUSED,
    /** A step failed. */
    FAILED,
    /** Stopped for good. */
    CANCELLED,
    /** Left out of the rest of the rollout, with a reason. */
    SKIPPED,
    /** A phase is being undone. */
    ROLLING_BACK,
    /** Undone. */
    ROLLED_BACK,
    /** Every phase is done. */
    DONE;

    /**
     * Where a rollout stands on a target on which it has begun.
     *
     * @param last state of the newest run of a phase there
     * @param done whether the newest run of each phase is done
     */
    static RunState of(Direction direction, PhaseRunState last, boolean done) {
        boolean back = direction == Direction.ROLLBACK;
        return switch (last) {
            case QUEUED, RUNNING, WAITING, PAUSING, CANCELLING -> back ? ROLLING_BACK : RUNNING;
            case PAUSED -> PAUSED;
            case FAILED -> FAILED;
            case CANCELLED -> CANCELLED;
            case ROLLED_BACK -> ROLLED_BACK;
            case DONE -> done ? DONE : WAITING;
        };
    }
}
