package dev.rubicon.rollout;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Counts of what a rollback would lose. Whoever may read may open the page that shows them, and each count is a query on
 * production: so a count serves every reader for a while, and on one target one reader at a time has something counted.
 */
@Component
class LossCounts {

    /** A count is a figure to decide by, not to reconcile: tables move on while it is read. */
    static final Duration FRESH = Duration.ofSeconds(30);

    private record Place(long rollout, String target, String step) {}

    /**
     * @param rows at risk, or null where they could not be counted
     * @param uncounted why not, or null
     */
    record Answer(@Nullable Long rows, @Nullable String uncounted) {}

    record Count(Answer answer, Instant at) {}

    private final Map<Place, Count> counts = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> targets = new ConcurrentHashMap<>();
    private final Clock clock;

    LossCounts(Clock clock) {
        this.clock = clock;
    }

    /** Waits until nobody else of this node looks at the target, so that nobody holds a connection while they wait. */
    <T> T alone(String target, Callable<T> look) throws Exception {
        ReentrantLock turn = targets.computeIfAbsent(target, name -> new ReentrantLock());
        turn.lock();
        try {
            return look.call();
        } finally {
            turn.unlock();
        }
    }

    /** What was counted lately, or is counted now; one that failed is not asked for again at once either. */
    Count of(long rollout, String target, String step, Supplier<Answer> query) {
        Instant oldest = clock.instant().minus(FRESH);
        counts.values().removeIf(count -> count.at().isBefore(oldest));
        Place place = new Place(rollout, target, step);
        Count known = counts.get(place);
        if (known != null) {
            return known;
        }
        Count counted = new Count(query.get(), clock.instant());
        counts.put(place, counted);
        return counted;
    }
}
