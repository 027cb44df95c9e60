package dev.rubicon.execution.backfill;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many rows are done in a second: lately, and how much that varied, which is how far a forecast can be trusted. */
final class Speedometer {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int LATELY = 5;
    private static final int REMEMBERED = 60;
    private static final int ENOUGH = 3;

    private final Deque<Double> seconds = new ArrayDeque<>();
    private final long began;
    private long second;
    private long inSecond;
    private long all;

    Speedometer(long now) {
        this.began = now;
        this.second = now;
    }

    /** The shortest and the longest time that the rest may take, in seconds. */
    record Forecast(long low, long high) {}

    void done(long rows, long now) {
        pass(now);
        inSecond += rows;
        all += rows;
    }

    private void pass(long now) {
        while (now - second >= SECOND) {
            seconds.addLast((double) inSecond);
            inSecond = 0;
            second += SECOND;
            if (seconds.size() > REMEMBERED) {
                seconds.removeFirst();
            }
        }
    }

    double perSecond(long now) {
        pass(now);
        List<Double> lately = seconds.stream().skip(Math.max(0, seconds.size() - LATELY)).toList();
        return lately.isEmpty()
                ? all * (double) SECOND / Math.max(1, now - began)
                : lately.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** Null while too little was seen, or nothing moves. */
    @Nullable
    Forecast forecast(long left, long now) {
        pass(now);
        double usual = perSecond(now);
        if (seconds.size() < ENOUGH || usual <= 0) {
            return null;
        }
        List<Double> sorted = seconds.stream().sorted().toList();
        double slow = Math.max(sorted.get((sorted.size() - 1) / 10), usual / 4);
        double fast = Math.max(sorted.get((sorted.size() - 1) * 9 / 10), usual);
        return new Forecast((long) Math.floor(left / fast), (long) Math.ceil(left / Math.min(slow, usual)));
    }
}
