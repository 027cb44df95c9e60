package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LocksSeen;

/** What was seen of the locks of one try of a step on a target; none of rehearsals. */
public record LockRecord(long rollout, String target, String environment, Direction direction, int phase, String step,
        LocksSeen seen) {}
