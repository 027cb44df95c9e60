package dev.rubicon.execution;

import dev.rubicon.engine.StepWatch.Signal;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node was asked to end. From then on it begins nothing: backfills stop between two batches, whoever waits
 * for locks lets go, a running statement may end within the grace and is cancelled behind it; what is left of each run
 * goes to another node at once.
 */
class Leaving {

    private static final Logger log = LoggerFactory.getLogger(Leaving.class);

    private final long graceNanos;
    private volatile boolean begun;
    private volatile long since;

    Leaving(Duration grace) {
        this.graceNanos = grace.toNanos();
    }

    synchronized void begin() {
        if (!begun) {
            since = System.nanoTime();
            begun = true;
            log.info("This node takes no more work and hands over its runs; statements may run on for {} s",
                    Duration.ofNanos(graceNanos).toSeconds());
        }
    }

    boolean begun() {
        return begun;
    }

    /** What is asked of a running step for the node's sake. */
    Signal signal() {
        if (!begun) {
            return Signal.GO_ON;
        }
        return System.nanoTime() - since < graceNanos ? Signal.PAUSE : Signal.CANCEL;
    }
}
