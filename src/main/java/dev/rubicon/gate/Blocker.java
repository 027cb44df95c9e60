package dev.rubicon.gate;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One unmet gate or obstacle.
 *
 * @param type a stable word, like {@code approval} or {@code soak}
 * @param message what is missing, in a sentence
 * @param clears who can clear it, or when it clears by itself, in words
 * @param at when it clears by itself, or null when somebody has to act
 * @param facts what the message is made of, for machines
 */
public record Blocker(String type, String message, String clears, @Nullable Instant at, Map<String, Object> facts) {}
