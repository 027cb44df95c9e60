package dev.rubicon.execution.backfill;

import dev.rubicon.engine.RangeWork;
import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TargetUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The lanes of a backfill. Each does one batch at a time on a thread of its own; how it ended is heard here. */
final class Crew {

    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    /** A lane has come to the end of what it was doing. */
    record End(LaneAtWork lane, BatchEnd end) {}

    private final RangeWork work;
    private final String name;
    private final LongSupplier nanos;
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final List<LaneAtWork> lanes = new ArrayList<>();
    private int most;

    /**
     * @param name of the threads
     * @param most lanes at once
     */
    Crew(RangeWork work, String name, int most, LongSupplier nanos) {
        this.work = work;
        this.name = name;
        this.most = most;
        this.nanos = nanos;
    }

    List<LaneAtWork> lanes() {
        return lanes;
    }

    /** Lanes that have a range. */
    int atWork() {
        return (int) lanes.stream().filter(lane -> lane.range() != null).count();
    }

    /** Opens lanes for ranges that nobody works on, as many as there may be and the target gives. */
    void open(int ranges) {
        int idle = lanes.size() - atWork();
        while (lanes.size() < most && (lanes.isEmpty() || ranges > idle)) {
            try {
                lanes.add(new LaneAtWork(work.lane()));
                idle++;
            } catch (TargetUnavailable noMore) {
                most = lanes.size();
            }
        }
    }

    void perform(LaneAtWork lane, Batch batch) {
        begin(lane, batch, () -> lane.lane.perform(batch));
    }

    void quarantine(LaneAtWork lane, Batch one, BatchEnd.Broken why) {
        begin(lane, one, () -> lane.lane.quarantine(one.range(), why));
    }

    private void begin(LaneAtWork lane, Batch batch, Supplier<BatchEnd> doing) {
        lane.begin(batch, nanos.getAsLong());
        Thread.ofVirtual().name(name).start(() -> ends.add(new End(lane, ended(doing))));
    }

    /** Whatever goes wrong in a lane ends up with the session's thread. */
    private static BatchEnd ended(Supplier<BatchEnd> doing) {
        try {
            return doing.get();
        } catch (RuntimeException e) {
            return new BatchEnd.Ended(new StepOutcome.Lost("A batch broke off: " + e));
        }
    }

    /** The next batch that has ended, or null when none does in time. */
    @Nullable
    End next(long within) throws InterruptedException {
        return ends.poll(within, TimeUnit.NANOSECONDS);
    }

    /** Waits until no lane works, and breaks off what is not done in time. */
    void settle(Duration grace, Consumer<End> ended) {
        if (!settled(grace, ended)) {
            lanes.stream().filter(LaneAtWork::busy).forEach(lane -> lane.lane.cancel());
            settled(END_WITHIN, ended);
        }
    }

    private boolean settled(Duration within, Consumer<End> ended) {
        long until = System.nanoTime() + within.toNanos();
        boolean interrupted = false;
        while (lanes.stream().anyMatch(LaneAtWork::busy)) {
            try {
                End end = next(Math.max(0, until - System.nanoTime()));
                if (end == null) {
                    break;
                }
                ended.accept(end);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return lanes.stream().noneMatch(LaneAtWork::busy);
    }
}
