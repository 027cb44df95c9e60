package dev.rubicon.plan;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The smallest unit with a forward and a rollback.
 *
 * @param pointer JSON pointer of the step in the document
 * @param line line of the step in the submitted text, from 1
 * @param before preconditions: checked before the step runs
 * @param verify checked after it ran; one that does not hold fails the step
 * @param deadline the longest that the step may run, or null for the engine's default
 * @param patience how long it may try to get its locks, or null for the environment's
 * @param generatedFor the step for whose {@code dualWrite} Rubicon added this one, or null for the author's own
 */
public record Step(String name, String pointer, int line, Work work, Rollback rollback, boolean pointOfNoReturn,
        List<Verification> before, List<Verification> verify, @Nullable Duration deadline,
        @Nullable Duration patience, @Nullable String generatedFor) {}
