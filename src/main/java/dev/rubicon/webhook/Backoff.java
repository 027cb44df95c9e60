package dev.rubicon.webhook;

import java.time.Duration;
import java.util.Optional;

/** When a delivery that failed is tried again: 10 seconds, then twice as long each time up to two hours, for a day. */
final class Backoff {

    static final Duration LONGEST = Duration.ofHours(24);

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration MOST = Duration.ofHours(2);

    private Backoff() {}

    /**
     * @param failures since it was asked for, at least 1
     * @param since how long ago that was
     * @param chance from 0 to 1: a fifth more or less, so that what failed together does not come back together
     * @return nothing when the day is over
     */
    static Optional<Duration> after(int failures, Duration since, double chance) {
        Duration plain = failures > 12 ? MOST : FIRST.multipliedBy(1L << (failures - 1));
        Duration bounded = plain.compareTo(MOST) > 0 ? MOST : plain;
        Duration wait = Duration.ofMillis(Math.round(bounded.toMillis() * (0.8 + 0.4 * chance)));
        return since.plus(wait).compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(wait);
    }
}
