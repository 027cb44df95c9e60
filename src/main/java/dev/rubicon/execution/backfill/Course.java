package dev.rubicon.execution.backfill;

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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

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
    private static final double SLOWEST = 0.01;
    /** In more parts what a batch costs whatever its size would count. */
    private static final int SHARES = 4;

    private final RangeWork work;
    private final StepOrder order;
    private final StepWatch watch;
    private final BackfillSettings settings;
    private final Crew crew;
    private final Deque<Range> waiting = new ArrayDeque<>();
    private final BatchSize size;
    private final Telling telling;
    private final Gate gate;
    private final Throttle throttle = new Throttle();
    private final Pace pace;
    private final LongSupplier nanos;
    private long lookedAt;
    private double asked = 1;

    /** @param nanos the nanosecond clock */
    Course(RangeWork work, StepOrder order, StepWatch watch, BackfillSettings settings, int mostLanes,
            LongSupplier nanos) {
        this.work = work;
        this.order = order;
        this.watch = watch;
        this.settings = settings;
        this.crew = new Crew(work, "backfill-" + order.run(), mostLanes, nanos);
        this.size = new BatchSize(settings.batch());
        this.telling = new Telling(watch);
        this.gate = new Gate(watch, order.burst());
        this.pace = new Pace(settings.batch());
        this.nanos = nanos;
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
        telling.begin(pass, look(), nanos.getAsLong());
        waiting.clear();
        waiting.addAll(pass.ranges());
        crew.lanes().forEach(lane -> lane.take(null));
        while (true) {
            heed();
            long rest = handOut(pass);
            lookAround(pass);
            if (waiting.isEmpty() && crew.atWork() == 0) {
                conclude(pass);
                return;
            }
            Crew.End ended = crew.next(rest);
            if (ended != null) {
                heard(pass, ended);
            }
        }
    }

    private void settle(Duration grace) {
        crew.settle(grace, ended -> {
            long now = nanos.getAsLong();
            ended.lane().end(now);
            if (ended.end() instanceof BatchEnd.Done done) {
                telling.done(done, ended.lane().took(), now);
            }
        });
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

    /**
     * At less than full speed as few lanes as can spend that much time in batches: others are met by less of them.
     *
     * @return how long it is until the next batch may begin that could not begin yet, or a tick
     */
    private long handOut(Pass pass) {
        crew.open(waiting.size());
        long rest = TICK.toNanos();
        int going = 0;
        for (LaneAtWork lane : crew.lanes()) {
            if (!lane.busy() && lane.range() == null && waiting.isEmpty()) {
                continue;
            }
            double time = lane.busy() ? time() : timeAsked();
            if (going++ >= time) {
                break;
            }
            if (!lane.busy()) {
                long wait = lane.mayBegin(time / Math.ceil(time)) - nanos.getAsLong();
                rest = wait > 0 ? Math.min(rest, wait) : rest;
                if (wait <= 0) {
                    begin(lane, pass);
                }
            }
        }
        return rest;
    }

    /** Lanes share the time: so all of them together keep no more rows locked than one would, and each for less long. */
    private Duration batch(Pass pass) {
        return pass.number() == 0
                ? settings.batch()
                : settings.batch().dividedBy(Math.min(crew.lanes().size(), SHARES));
    }

    private void begin(LaneAtWork lane, Pass pass) {
        size.lasting(batch(pass));
        Range range = lane.range() == null ? waiting.remove() : lane.range();
        lane.take(range);
        crew.perform(lane, new Batch(range, lane.splitting.next(size.rows()), lane.manner(pass.leavesLocked()),
                settings.timeout()));
    }

    /** What all lanes together may spend in batches, in lanes that do nothing else. */
    private double time() {
        double speed = Math.min(asked, throttle.speed());
        return speed <= 0 ? 0 : Math.max(SLOWEST, speed) * crew.lanes().size();
    }

    private double timeAsked() {
        asked = watch.speed();
        return time();
    }

    private void heard(Pass pass, Crew.End ended) {
        LaneAtWork lane = ended.lane();
        long now = nanos.getAsLong();
        Batch batch = lane.end(now);
        Duration took = lane.took();
        switch (ended.end()) {
            case BatchEnd.Done done -> done(pass, lane, batch, done, took, now);
            case BatchEnd.Refused refused -> refused(lane, batch, now);
            case BatchEnd.Broken broken -> broken(lane, batch, broken);
            case BatchEnd.Ended end -> throw new StepEnded(end.outcome());
        }
    }

    private void done(Pass pass, LaneAtWork lane, Batch batch, BatchEnd.Done done, Duration took, long now) {
        if (batch.manner() != Manner.WAITING) {
            pace.took(took);
        }
        if (lane.refusals() > 0) {
            gate.waited(lane.waited(now), lane.holders());
        }
        lane.went();
        lane.splitting.done(done.over() ? Long.MAX_VALUE : Math.max(batch.rows(), done.scanned()));
        lane.take(done.over() ? null : done.range());
        // one that was cut down to find a row that cannot be changed says nothing about how large others should be
        if (2 * batch.rows() >= size.rows()) {
            size.after(Math.max(done.scanned(), done.changed()), done.changed(), took);
        }
        telling.done(done, took, now);
        tell(pass, now);
    }

    /** The last word on a pass is what it came to; a comparison's is its answer. */
    private void conclude(Pass pass) {
        if (pass.number() > 0) {
            telling.insist();
            telling.tell(pass, crew.lanes().size(), size.rows(), throttle, asked, nanos.getAsLong());
        }
    }

    private void tell(Pass pass, long now) {
        telling.tell(pass, crew.atWork(), size.rows(), throttle, asked, now);
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

    private void broken(LaneAtWork lane, Batch batch, BatchEnd.Broken broken) {
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
        crew.quarantine(lane, new Batch(batch.range(), 1, Manner.WAITING, batch.timeout()), broken);
    }

    /**
     * Makes sure now and then that the target is still ours, sees how it bears us, and finds out whom waiting lanes wait
     * for. Comes while the lanes are at work, which are not held up by it. Not when the thread is to end: what it reads
     * while it is interrupted would be the end of the connection.
     */
    private void lookAround(Pass pass) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        long now = nanos.getAsLong();
        Duration half = order.stallBudget().dividedBy(2);
        for (LaneAtWork lane : crew.lanes()) {
            if (lane.mayWait(half, now)) {
                lane.heldBy(lane.lane.blockers());
            }
        }
        if (now - lookedAt > LOOK.toNanos()) {
            telling.wal(look());
            tell(pass, nanos.getAsLong());
        }
    }

    /** The server's write-ahead log. */
    private long look() {
        RangeWork.Look look = work.look();
        lookedAt = nanos.getAsLong();
        throttle.looked(Stream.concat(look.readings().stream(), Stream.of(pace.reading())).toList(), lookedAt);
        gate.throttled(throttle.stop());
        return look.wal();
    }
}
