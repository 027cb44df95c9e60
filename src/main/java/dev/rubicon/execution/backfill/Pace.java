package dev.rubicon.execution.backfill;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/**
 * How long batches take, of what the first ones took or should have. Their size is made to fit already, so that longer ones
 * mean a server that is slow whatever is asked of it. It only slows a backfill down: in a stop there would be no batches that tell
 * when it is over.
 */
final class Pace {

    private static final int FIRST = 20;
    private static final int LATELY = 9;
    private static final double LIMIT = 4;

    private final long target;
    private final Deque<Long> first = new ArrayDeque<>();
    private final Deque<Long> lately = new ArrayDeque<>();

    /** @param target how long a batch should last */
    Pace(Duration target) {
        this.target = target.toNanos();
    }

    /** A batch was done, without waiting for anybody. */
    void took(Duration duration) {
        if (first.size() < FIRST) {
            first.addLast(duration.toNanos());
        }
        lately.addLast(duration.toNanos());
        if (lately.size() > LATELY) {
            lately.removeFirst();
        }
    }

    Reading reading() {
        if (first.size() < FIRST) {
            return new Reading.Absent(Strain.BATCHES, "known after " + FIRST + " batches");
        }
        double slower = middle(lately) / Math.max(target, middle(first));
        return Reading.slower(Strain.BATCHES, slower, LIMIT);
    }

    private static double middle(Collection<Long> nanos) {
        return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElse(0L);
    }
}
