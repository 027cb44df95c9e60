package dev.rubicon.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backfill would meet on a target, of which a few batches were done and rolled back.
 *
 * @param walk along what it would go, in a word, and why so
 * @param ranges into how many ranges the table would be cut
 * @param rows in the table
 * @param rowsExact whether they were counted, and not estimated from statistics
 * @param matching rows that match 'where'; all of them without one; null where not even an estimate is to be had
 * @param batch what was tried, up to three batches together: at the beginning of the table, in the middle and at the end;
 *     null where not even the first was to be had
 * @param secondsLow the shortest time that the whole may take, by these batches; null without any
 * @param secondsHigh the longest
 * @param warnings what to know before it runs, in sentences
 */
public record DryRun(String walk, String why, int ranges, long rows, boolean rowsExact, @Nullable Long matching,
        boolean matchingExact, @Nullable Tried batch, @Nullable Long secondsLow, @Nullable Long secondsHigh,
        List<String> warnings) {

    /**
     * @param looked rows it looked at
     * @param walBytes what the whole server wrote to its log meanwhile, or null where it does not say
     * @param hot rows whose new version found room in their block, so that no index learned of them
     */
    public record Tried(long looked, long changed, long millis, @Nullable Long walBytes, long hot) {

        /** Both together. */
        public Tried and(Tried other) {
            Long wal = walBytes;
            Long more = other.walBytes;
            return new Tried(looked + other.looked, changed + other.changed, millis + other.millis,
                    wal == null || more == null ? null : Long.valueOf(wal + more), hot + other.hot);
        }
    }
}
