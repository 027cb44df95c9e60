package dev.rubicon.web.pages;

import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit trail, to be read. */
interface TrailReader {

    /**
     * One entry.
     *
     * @param link its place in the hash chain, or null while it is not linked yet
     * @param details facts of the change in one line
     */
    record Entry(long id, Instant at, String actor, @Nullable String token, String action, String subjectType,
            String subjectId, @Nullable String environment, String details, @Nullable Long link) {}

    /** @param next what to ask for the page after, or null at the end */
    record Entries(List<Entry> items, @Nullable String next) {}

    /** Newest first; each filter is an exact word or null for any. */
    Entries entries(Actor actor, @Nullable String who, @Nullable String action, @Nullable String subject,
            @Nullable String cursor);
}
