package dev.rubicon.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.LongStream;

/**
 * How long the transactions of a while took, each from the moment it was due.
 *
 * @param sorted nanoseconds, ascending; failed transactions are among them
 * @param errors messages of failed transactions, and how many failed so
 */
record Latencies(long[] sorted, SortedMap<String, Integer> errors) {

    private static final double MILLISECOND = Duration.ofMillis(1).toNanos();

    static Latencies of(LongStream nanoseconds, SortedMap<String, Integer> errors) {
        return new Latencies(nanoseconds.sorted().toArray(), errors);
    }

    static Latencies together(List<Latencies> parts) {
        SortedMap<String, Integer> errors = new java.util.TreeMap<>();
        parts.forEach(part -> part.errors.forEach((message, times) -> errors.merge(message, times, Integer::sum)));
        return of(parts.stream().flatMapToLong(part -> Arrays.stream(part.sorted)), errors);
    }

    int count() {
        return sorted.length;
    }

    /** Milliseconds; the value that the given share of all transactions stayed within. */
    double percentile(double share) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)] / MILLISECOND;
    }

    /** Milliseconds. */
    double longest() {
        return percentile(1);
    }

    long over(Duration limit) {
        return Arrays.stream(sorted).filter(each -> each > limit.toNanos()).count();
    }

    int failed() {
        return errors.values().stream().mapToInt(Integer::intValue).sum();
    }
}
