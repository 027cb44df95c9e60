package dev.rubicon.plan;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One remark of a reviewer.
 *
 * @param step the step it is about, or null for the whole revision
 * @param direction {@code forward} or {@code rollback}, or null for both
 * @param parent the remark that it answers, or null when it opens a thread
 * @param changesRequested whether the revision should not run before this thread is resolved
 */
public record Comment(UUID id, String plan, int revision, @Nullable String step, @Nullable String direction,
        @Nullable UUID parent, String author, Instant at, String text, boolean changesRequested,
        @Nullable String resolvedBy, @Nullable Instant resolvedAt) {}
