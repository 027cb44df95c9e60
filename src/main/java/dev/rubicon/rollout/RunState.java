package dev.rubicon.rollout;

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
    DONE
}
