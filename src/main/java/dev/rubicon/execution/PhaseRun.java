package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.gate.Blocker;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One phase of one revision on one target, as its row has it.
 *
 * @param dispatch which hand-over to db-scheduler is the valid one
 * @param schemaBefore the target's schema before the phase began, or null where nothing was rehearsed
 * @param epoch counts the workers that took it up: a worker whose epoch is over writes nothing more
 */
record PhaseRun(long id, long rollout, int phase, String target, String environment, Direction direction, String plan,
        int revision, String digest, PhaseRunState state, @Nullable Asked asked, double speed, int dispatch,
        long epoch, @Nullable Blocker blocker, @Nullable String node, @Nullable Long fence,
        PhaseRunView.@Nullable Failure failure, RehearsedSchemas.@Nullable SchemaBefore schemaBefore, Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    /** Whether it is part of a rehearsal: it works on a shadow, and nothing of it counts for a rollout. */
    boolean rehearsed() {
        return PhaseOrder.isRehearsal(rollout);
    }

    /** The state of success. */
    PhaseRunState success() {
        return direction == Direction.ROLLBACK ? PhaseRunState.ROLLED_BACK : PhaseRunState.DONE;
    }

    /** Whether it may use connections to its target in this state. */
    boolean atWork() {
        return switch (state) {
            case RUNNING, WAITING, PAUSING, CANCELLING -> true;
            case QUEUED, PAUSED, CANCELLED, FAILED, DONE, ROLLED_BACK -> false;
        };
    }
}
