package dev.rubicon.engine.postgres;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast the batches come, over the last seconds, and when it is time to tell or to look around again. */
final class Pace {

    private static final long WINDOW = Duration.ofSeconds(5).toNanos();
    private static final long BETWEEN_TELLING = Duration.ofMillis(300).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private record Sample(long at, long units) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private long told = System.nanoTime() - SECOND;
    private long looked = System.nanoTime();

    Pace() {
        samples.add(new Sample(System.nanoTime(), 0));
    }

    void batch(long units) {
        long now = System.nanoTime();
        samples.add(new Sample(now, units));
        while (samples.size() > 2 && now - samples.getFirst().at > WINDOW) {
            samples.removeFirst();
        }
    }

    double perSecond() {
        long span = Math.max(1, samples.getLast().at - samples.getFirst().at);
        long units = samples.stream().skip(1).mapToLong(Sample::units).sum();
        return units * (double) SECOND / span;
    }

    boolean mayTell() {
        long now = System.nanoTime();
        if (now - told < BETWEEN_TELLING) {
            return false;
        }
        told = now;
        return true;
    }

    boolean secondPassed() {
        long now = System.nanoTime();
        if (now - looked < SECOND) {
            return false;
        }
        looked = now;
        return true;
    }
}
