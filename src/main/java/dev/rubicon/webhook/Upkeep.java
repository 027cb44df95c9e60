package dev.rubicon.webhook;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Forgets what ended long ago, and sets deliveries going again that no task carries. */
@Component
class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration LATE = Duration.ofMinutes(5);

    private final DeliveryRows rows;
    private final SchedulerClient scheduler;

    /** @param scheduler lazily: it is built from the tasks, and one of them is built from this */
    Upkeep(DeliveryRows rows, @Lazy SchedulerClient scheduler) {
        this.rows = rows;
        this.scheduler = scheduler;
    }

    void forget(Instant before) {
        allOf(() -> rows.forgetDeliveries(before));
        allOf(() -> rows.forgetEvents(before));
    }

    /** Batches, each in a transaction of its own, until one was not full. */
    static void allOf(IntSupplier batch) {
        int deleted;
        do {
            deleted = batch.getAsInt();
        } while (deleted == DeliveryRows.BATCH);
    }

    /**
     * A delivery and its task are written in one transaction, so none is without by design; after a restored backup of the
     * control database, or a row deleted by hand, one would wait for ever. A second task for the same asking cannot be.
     */
    void sweep(Instant now) {
        rows.lost(now.minus(LATE)).forEach(errand -> {
            if (scheduler.scheduleIfNotExists(errand.task(), now)) {
                LOG.warn("Delivery {} was to be tried, and no task was left to do so; it is dispatched anew",
                        errand.delivery());
            }
        });
    }
}
