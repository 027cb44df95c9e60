package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaSnapshot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a target as it was read.
 *
 * @param rollout around whose phase run it was taken, or null
 * @param run that phase run, or null
 * @param takenAt when it was first read so
 * @param seenAt when it was last read, and still so
 */
public record StoredSnapshot(long id, String target, Why why, @Nullable Long rollout, @Nullable Long run,
        Instant takenAt, Instant seenAt, SchemaSnapshot snapshot) {

    /** What it was taken for. */
    public enum Why {
        /** Somebody wanted to see it. */
        ASKED("somebody asked for it"),
        /** The watch looked whether the schema is what it should be. */
        WATCH("the watch looked"),
        /** A phase was about to begin. */
        BEFORE_RUN("a phase was about to begin"),
        /** A phase had ended. */
        AFTER_RUN("a phase had ended");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }
}
