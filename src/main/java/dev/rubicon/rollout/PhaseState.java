package dev.rubicon.rollout;

/** Where one phase of a rollout is, over all its targets. */
public enum PhaseState {
    /** Not begun; its blockers say what it waits for. */
    WAITING,
    /** Runs on some target, or is done on some and waits on others. */
    RUNNING,
    /** Every step is in effect where it runs; verifications are being asked. */
    VERIFYING,
    /** Done on every target. */
    DONE,
    /** Failed on some target, and runs on none. */
    FAILED,
    /** Being undone. */
    ROLLING_BACK,
    /** Undone. */
    ROLLED_BACK
}
