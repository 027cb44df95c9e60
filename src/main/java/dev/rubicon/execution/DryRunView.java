package dev.rubicon.execution;

import dev.rubicon.engine.DryRun;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One backfill tried on a target.
 *
 * @param by who asked for it
 * @param result what it met, or null where it was refused
 * @param refusal why it could not be tried, or null
 */
public record DryRunView(long id, String plan, int revision, String step, String target, String environment, String by,
        Instant at, @Nullable DryRun result, @Nullable String refusal) {}
