package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.gate.Blocker;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a phase stands on one target: of a {@link PhaseRunView} what a whole rollout is told by.
 *
 * @param blocker why it does not move, or null while it moves or has ended
 * @param failure why it failed, or null
 * @param verifying whether it is asking whether a step did what it should
 * @param fraction done, from 0 to 1, see {@link PhaseRunView#fraction}
 */
public record RunStand(long id, long rollout, int phase, String target, Direction direction, PhaseRunState state,
        @Nullable Blocker blocker, PhaseRunView.@Nullable Failure failure, @Nullable Instant startedAt,
        @Nullable Instant endedAt, boolean verifying, double fraction) {}
