package dev.rubicon.engine;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row that a backfill could not change and left as it was.
 *
 * @param relation table or partition that has the row
 * @param key values of the row's key in its order, or its ctid in a table without one
 * @param error what the target said
 * @param accepted who lets it stay as it is, and why, or null while nobody does
 * @param run the phase run that set it aside
 */
public record SetAside(long id, String relation, List<String> key, String error, @Nullable String sqlState,
        @Nullable String accepted, long run, Instant at) {}
