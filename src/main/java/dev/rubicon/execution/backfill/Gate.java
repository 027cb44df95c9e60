package dev.rubicon.execution.backfill;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who waits tells whom or what for, once for each; and lets go of the target when locks are not to be had for too long. */
final class Gate {

    private static final Duration TOLD_TOGETHER = Duration.ofMillis(500);

    private final StepWatch watch;
    private final Duration burst;
    private @Nullable List<Integer> told;
    private @Nullable Object standsStillFor;
    private long waitedNanos;

    Gate(StepWatch watch, Duration burst) {
        this.watch = watch;
        this.burst = burst;
    }

    /** @throws StepEnded when it has waited long enough */
    void waits(List<Holder> holders, int tries, long nanos) {
        String message = Holder.waitsFor(holders, tries);
        if (nanos >= burst.toNanos()) {
            waited(nanos, holders);
            throw new StepEnded(new StepOutcome.Waiting(message, holders));
        }
        List<Integer> pids = holders.stream().map(Holder::pid).distinct().sorted().toList();
        if (!pids.equals(told)) {
            told = pids;
            watch.waiting(message, holders);
        }
    }

    /** A lane has waited for its locks; short waits are told together, for each telling is a transaction. */
    void waited(long nanos, List<Holder> holders) {
        waitedNanos += nanos;
        if (waitedNanos >= TOLD_TOGETHER.toNanos()) {
            watch.locked(LocksSeen.of(List.of(), TimeUnit.NANOSECONDS.toMillis(waitedNanos),
                    holders.stream().map(Holder::withoutConstants).toList()));
            waitedNanos = 0;
        }
    }

    /** @param stop why the backfill stands still, or null while it goes */
    void throttled(Throttle.@Nullable Stop stop) {
        Object now = stop == null ? null : stop.key();
        if (stop != null && !stop.key().equals(standsStillFor)) {
            watch.standsStill(stop.words());
        } else if (stop == null && standsStillFor != null) {
            watch.goesOn();
            told = null;
        }
        standsStillFor = now;
    }
}
