package dev.rubicon.engine;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the number of rows in the table that a step worked on.
 *
 * @param own rows that the step itself added, or took away where negative, summed up batch by batch
 * @param before rows counted before its first batch, or null where that would have taken too long
 * @param after rows counted now, or null likewise
 * @param inserted rows that anybody inserted in between, by the server's counters, or null where they do not say
 * @param deleted rows that anybody deleted in between
 */
public record RowCount(long own, @Nullable Long before, @Nullable Long after, @Nullable Long inserted,
        @Nullable Long deleted) {

    /** Of a step that is known only by what it did itself. */
    public static RowCount of(long own) {
        return new RowCount(own, null, null, null, null);
    }
}
