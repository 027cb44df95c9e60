package dev.rubicon.execution.backfill;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.RangeWork;
import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Manner;
import dev.rubicon.engine.RangeWork.Pass;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.TargetUnavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One backfill, pass by pass. All decisions are made by the session's thread, between batches; a lane does the one batch
 * that it is given, on a thread of its own, and tells how it ended. So there is nothing to lock, and the watch hears from
 * one thread alone.
 */
final class Course {

    private static final int RANGES = 64;
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** A batch that is nearly always over by then is let come to its end when the run is to stop. */
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);
    private static final double SLOWEST = 0.01;

    private record End(LaneAtWork lane, BatchEnd end) {}

    private final RangeWork work;
    private final StepOrder order;
    private final StepWatch watch;
    private final BackfillSettings settings;
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final List<LaneAtWork> lanes = new ArrayList<>();
    private final Deque<Range> waiting = new ArrayDeque<>();
    private final BatchSize size;
    private final Telling telling;
    private final Gate gate;
    private int mostLanes;
    private long lookedAt = System.nanoTime();
    private double speed = 1;

    Course(RangeWork work, StepOrder order, StepWatch watch, BackfillSettings settings, int mostLanes) {
        this.work = work;
        this.order = order;
        this.watch = watch;
        this.settings = settings;
        this.mostLanes = mostLanes;
        this.size = new BatchSize(settings.batch());
        this.telling = new Telling(watch);
        this.gate = new Gate(watch, order.burst());
    }

    StepOutcome run() {
        try {
            Optional<Pass> next = Optional.of(work.pass(RANGES));
            while (next.isPresent()) {
                cross(next.get());
                next = work.sweep(RANGES);
            }
            return work.finish();
        } catch (InterruptedException e) {
            settle(Duration.ZERO);
            Thread.currentThread().interrupt();
            return new StepOutcome.Lost("The worker was asked to end, between two batches");
        } catch (StepEnded e) {
            settle(GRACE);
            return e.outcome();
        }
    }

    private void cross(Pass pass) throws InterruptedException {
        telling.begin(pass, work.look().wal());
        waiting.clear();
        waiting.addAll(pass.ranges());
        lanes.forEach(lane -> lane.take(null));
        while (true) {
            heed();
            handOut(pass);
            if (waiting.isEmpty() && lanes.stream().allMatch(lane -> lane.range() == null)) {
                return;
            }
            End ended = ends.poll(untilNext(), TimeUnit.NANOSECONDS);
            if (ended != null) {
                heard(pass, ended);
            }
            lookAround();
        }
    }

    /** Stops when asked to. A pause lets running batches come to their end, a cancel breaks them off. */
    private void heed() {
        Signal signal = watch.signal();
        if (signal != Signal.GO_ON) {
            settle(signal == Signal.PAUSE ? GRACE : Duration.ZERO);
            throw new StepEnded(new StepOutcome.Stopped(signal, "between two batches: " + telling.changed()
                    + " rows are changed and stay so; the next run goes on there"));
        }
    }

    private void handOut(Pass pass) {
        openLanes();
        for (LaneAtWork lane : lanes) {
            if (!lane.busy() && lane.range() == null) {
                lane.take(waiting.poll());
            }
            Range range = lane.range();
            if (lane.busy() || range == null) {
                continue;
            }
            speed = watch.speed();
            if (speed <= 0) {
                return;
            }
            if (lane.mayBegin(Math.max(SLOWEST, speed)) > System.nanoTime()) {
                continue;
            }
            start(lane, new Batch(range, lane.splitting.next(size.rows()), lane.manner(pass.leavesLocked()),
                    settings.timeout()));
        }
    }

    private void openLanes() {
        long idle = lanes.stream().filter(lane -> lane.range() == null).count();
        while (lanes.size() < mostLanes && (lanes.isEmpty() || waiting.size() > idle)) {
            try {
                lanes.add(new LaneAtWork(work.lane()));
                idle++;
            } catch (TargetUnavailable noMore) {
                mostLanes = lanes.size();
            }
        }
    }

    private void start(LaneAtWork lane, Batch batch) {
        lane.begin(batch, System.nanoTime());
        run(lane, () -> lane.lane.perform(batch));
    }

    private void run(LaneAtWork lane, java.util.function.Supplier<BatchEnd> batch) {
        Thread.ofVirtual().name("backfill-" + order.run()).start(() -> ends.add(new End(lane, ended(batch))));
    }

    /** Whatever goes wrong in a lane ends up with the session's thread. */
    private static BatchEnd ended(java.util.function.Supplier<BatchEnd> batch) {
        try {
            return batch.get();
        } catch (RuntimeException e) {
            return new BatchEnd.Ended(new StepOutcome.Lost("A batch broke off: " + e));
        }
    }

    private void heard(Pass pass, End ended) {
        LaneAtWork lane = ended.lane();
        long now = System.nanoTime();
        Batch batch = lane.end(now);
        Duration took = lane.took();
        switch (ended.end()) {
            case BatchEnd.Done done -> done(pass, lane, batch, done, took, now);
            case BatchEnd.Refused refused -> refused(lane, batch, now);
            case BatchEnd.Broken broken -> broken(lane, batch, broken, now);
            case BatchEnd.Ended end -> throw new StepEnded(end.outcome());
        }
    }

    private void done(Pass pass, LaneAtWork lane, Batch batch, BatchEnd.Done done, Duration took, long now) {
        lane.went();
        lane.splitting.done(done.over() ? Long.MAX_VALUE : Math.max(batch.rows(), done.scanned()));
        lane.take(done.over() ? null : done.range());
        size.after(Math.max(done.scanned(), done.changed()), done.changed(), took);
        telling.done(done, took, now);
        telling.tell(pass, workingLanes(), size.rows(), now);
    }

    private void refused(LaneAtWork lane, Batch batch, long now) {
        if (batch.manner() == Manner.SWIFT) {
            lane.beCareful();
            return;
        }
        if (batch.manner() == Manner.WAITING && batch.rows() > 1) {
            // all rows but the one that is held are done on the way to it
            lane.splitting.spoilt(batch.rows());
        }
        long since = lane.refused(now);
        gate.waits(lane.holders(), lane.refusals(), now - since);
    }

    private void broken(LaneAtWork lane, Batch batch, BatchEnd.Broken broken, long now) {
        if (broken.rows() > 1) {
            lane.splitting.spoilt(broken.rows());
            return;
        }
        lane.splitting.found();
        if (telling.setAside() >= settings.quarantine()) {
            throw new StepEnded(new StepOutcome.Failed("too-many-quarantined",
                    ("More than %d rows cannot be changed, the last of "
                            + "them because of: %s. What is done stays; mend the rows or the backfill, and retry")
                            .formatted(settings.quarantine(), broken.message()),
                    broken.sqlState(), Map.of()));
        }
        telling.setOneAside();
        Batch one = new Batch(batch.range(), 1, Manner.WAITING, batch.timeout());
        lane.begin(one, now);
        run(lane, () -> lane.lane.quarantine(batch.range(), broken));
    }

    private int workingLanes() {
        return (int) lanes.stream().filter(lane -> lane.range() != null).count();
    }

    /** Makes sure now and then that the target is still ours, and finds out whom waiting lanes wait for. */
    private void lookAround() {
        long now = System.nanoTime();
        Duration half = order.stallBudget().dividedBy(2);
        for (LaneAtWork lane : lanes) {
            if (lane.mayWait(half, now)) {
                lane.heldBy(lane.lane.blockers());
            }
        }
        if (now - lookedAt > LOOK.toNanos()) {
            lookedAt = now;
            telling.wal(work.look().wal());
        }
    }

    private long untilNext() {
        long now = System.nanoTime();
        long next = TICK.toNanos();
        for (LaneAtWork lane : lanes) {
            if (!lane.busy() && lane.range() != null && speed > 0) {
                next = Math.min(next, lane.mayBegin(Math.max(SLOWEST, speed)) - now);
            }
        }
        return Math.max(0, next);
    }

    /** Waits until no lane works, and breaks off what is not done in time. */
    private void settle(Duration grace) {
        if (!settled(grace)) {
            lanes.stream().filter(LaneAtWork::busy).forEach(lane -> lane.lane.cancel());
            settled(END_WITHIN);
        }
    }

    private boolean settled(Duration within) {
        long end = System.nanoTime() + within.toNanos();
        boolean interrupted = false;
        while (lanes.stream().anyMatch(LaneAtWork::busy)) {
            try {
                End ended = ends.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (ended == null) {
                    break;
                }
                afterwards(ended);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return lanes.stream().noneMatch(LaneAtWork::busy);
    }

    private void afterwards(End ended) {
        long now = System.nanoTime();
        ended.lane().end(now);
        if (ended.end() instanceof BatchEnd.Done done) {
            telling.done(done, ended.lane().took(), now);
        }
    }

    /** Who waits tells whom for, and lets go of the target when it takes too long. */
    private record Gate(StepWatch watch, Duration burst, List<List<Integer>> told) {

        Gate(StepWatch watch, Duration burst) {
            this(watch, burst, new ArrayList<>());
        }

        void waits(List<Holder> holders, int tries, long nanos) {
            String message = "Waits for locks held by " + who(holders) + "; tried " + tries
                    + (tries == 1 ? " time" : " times");
            if (nanos >= burst.toNanos()) {
                throw new StepEnded(new StepOutcome.Waiting(message, holders));
            }
            List<Integer> pids = holders.stream().map(Holder::pid).distinct().sorted().toList();
            if (told.isEmpty() || !told.getLast().equals(pids)) {
                told.add(pids);
                watch.waiting(message, holders);
            }
        }

        private static String who(List<Holder> holders) {
            return holders.isEmpty()
                    ? "a session that was gone when we looked"
                    : holders.stream().limit(3)
                            .map(holder -> "pid %d (%s)".formatted(holder.pid(), holder.words()))
                            .reduce((one, other) -> one + ", " + other).orElseThrow();
        }
    }
}
