package dev.rubicon.registry;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a check of a target found.
 *
 * @param ok whether Rubicon can carry out plans there
 * @param serverVersion the server's own words, like {@code 18.6}, or null when it could not be reached
 * @param items one line for each thing looked at
 */
public record TargetCheck(boolean ok, @Nullable String serverVersion, @Nullable TargetIdentity identity,
        List<Item> items, Instant at) {

    /**
     * @param name what was looked at, like {@code connect} or {@code create-schema}
     * @param state whether it is as it should be
     * @param message what was found and, when something is missing, what to do
     */
    public record Item(String name, State state, String message) {}

    /** How one thing was found. */
    public enum State {
        /** As it should be. */
        OK,
        /** Plans run, but Rubicon can show or protect less. */
        LIMITED,
        /** No plan can run until this is mended. */
        MISSING;

        @JsonValue
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        @JsonCreator
        static State of(String word) {
            return valueOf(word.toUpperCase(java.util.Locale.ROOT));
        }
    }
}
