package dev.rubicon.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session on a target that holds what a step waits for.
 *
 * @param age how long its transaction has been open
 * @param query its newest statement, or null where Rubicon may not see it
 */
public record Holder(int pid, @Nullable String user, @Nullable String application, @Nullable String state,
        Duration age, @Nullable String query, String relation, String mode) {}
