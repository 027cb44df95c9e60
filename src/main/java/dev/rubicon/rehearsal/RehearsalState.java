package dev.rubicon.rehearsal;

import java.util.EnumSet;
import java.util.Set;

/** Where a rehearsal is, and what it proved. */
public enum RehearsalState {
    /** Waits for a worker. */
    QUEUED,
    /** A worker makes the shadow and carries the plan over it. */
    RUNNING,
    /** Up, down and up again: the way back gave back what was there, and the second way up came to what the first did. */
    PASSED,
    /** Every step went both ways, but something is not as it was: the differences name it. */
    DIFFERS,
    /** A step failed, forward or back. */
    FAILED,
    /** Nothing was executed: this is no evidence. */
    EMPTY,
    /** It could not be carried out, for a reason that says nothing about the plan: this is no evidence. */
    BROKEN;

    private Set<RehearsalState> successors() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING);
            // a worker that takes up where another died begins anew
            case RUNNING -> EnumSet.of(RUNNING, PASSED, DIFFERS, FAILED, EMPTY, BROKEN);
            case PASSED, DIFFERS, FAILED, EMPTY, BROKEN -> EnumSet.noneOf(RehearsalState.class);
        };
    }

    boolean leadsTo(RehearsalState next) {
        return successors().contains(next);
    }

    /** Whether nothing more will happen. */
    public boolean ended() {
        return successors().isEmpty();
    }

    /** Whether it says anything about the plan. */
    public boolean isEvidence() {
        return switch (this) {
            case PASSED, DIFFERS, FAILED -> true;
            case QUEUED, RUNNING, EMPTY, BROKEN -> false;
        };
    }
}
