package dev.rubicon.execution;

/** Where one step of a phase run is. */
public enum StepState {
    /** Not begun. */
    QUEUED,
    /** Being done, or tried. */
    RUNNING,
    /** In effect; its verifications are being asked. */
    VERIFYING,
    /** In effect, and its verifications hold. */
    DONE,
    /** Did not take effect, or a verification does not hold. */
    FAILED,
    /** Left out: it was in effect before, or an operator said so. */
    SKIPPED
}
