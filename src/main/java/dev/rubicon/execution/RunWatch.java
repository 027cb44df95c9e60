package dev.rubicon.execution;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.registry.BackfillLimits;
import dev.rubicon.registry.Targets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks on while a step is done: writes down what it hears, at a bearable rate, and passes on what was asked. */
class RunWatch implements StepWatch {

    private static final long PROGRESS_EVERY_NANOS = 400_000_000L;
    private static final long ASK_EVERY_NANOS = 400_000_000L;

    private final RunLog log;
    private final PhaseRunRows rows;
    private final Leaving leaving;
    private final Targets targets;
    private final PhaseRun run;
    private final PhaseRunRows.AttemptRow attempt;
    private final Clock clock;
    private final Duration patience;
    private @Nullable Instant waitsSince;
    private long toldAt = Long.MIN_VALUE;
    private long askedAt = Long.MIN_VALUE;
    private volatile Signal signal = Signal.GO_ON;
    private volatile double speed;
    private String toldWaiting = "";
    private long rowsAtFirst = -1;
    private volatile boolean batchesDone;
    private @Nullable Asked seen;

    RunWatch(RunLog log, PhaseRunRows rows, Leaving leaving, Targets targets, PhaseRun run,
            PhaseRunRows.AttemptRow attempt, Clock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
        this.log = log;
        this.rows = rows;
        this.leaving = leaving;
        this.targets = targets;
        this.run = run;
        this.attempt = attempt;
        this.speed = run.speed();
    }

    @Override
    public void started(int backendPid) {
        log.backend(run, attempt, backendPid);
    }

    @Override
    public void progress(Progress progress) {
        if (progress.backfill() != null) {
            batchesDone |= rowsAtFirst >= 0 && progress.done() > rowsAtFirst;
            rowsAtFirst = rowsAtFirst < 0 ? progress.done() : rowsAtFirst;
        }
        if (due(toldAt, PROGRESS_EVERY_NANOS)) {
            toldAt = System.nanoTime();
            log.progress(run, attempt.step(), progress);
        }
    }

    @Override
    public void waiting(String message, List<Holder> holders) {
        if (!toldWaiting.equals(message)) {
            toldWaiting = message;
            log.waits(run, attempt, new StepOutcome.Waiting(message, holders), waitsSince(), patience);
        }
    }

    /** Since when it waits now: what it did before was no waiting, where it did anything. */
    private Instant waitsSince() {
        if (waitsSince == null) {
            waitsSince = batchesDone ? clock.instant() : rows.waitsSince(attempt);
        }
        return waitsSince;
    }

    @Override
    public void standsStill(String message) {
        if (!toldWaiting.equals(message)) {
            toldWaiting = message;
            log.standsStill(run, attempt, message);
        }
    }

    @Override
    public BackfillLimits limits() {
        return targets.find(run.target()).map(target -> BackfillLimits.of(target.settings()))
                .orElseGet(BackfillLimits::usual);
    }

    @Override
    public void goesOn() {
        if (!toldWaiting.isEmpty()) {
            toldWaiting = "";
            waitsSince = null;
            log.goesOn(run, attempt);
        }
    }

    @Override
    public void locked(LocksSeen seen) {
        log.locked(run, attempt, seen);
    }

    /** Whether batches of a backfill were done meanwhile: what it waits for now, it has not waited for since its begin. */
    boolean batchesDone() {
        return batchesDone;
    }

    @Override
    public synchronized Signal signal() {
        if (due(askedAt, ASK_EVERY_NANOS)) {
            askedAt = System.nanoTime();
            PhaseRun now = rows.find(run.id()).orElseThrow();
            speed = now.speed();
            Asked asked = now.asked();
            // gone on elsewhere: what this worker does now could only do harm
            signal = now.epoch() != run.epoch()
                    ? Signal.CANCEL
                    : stronger(asked == null ? null : asked.signal(), leaving.signal());
            if (asked != seen && now.epoch() == run.epoch()) {
                seen = asked;
                log.seen(run);
            }
        }
        return signal;
    }

    @Override
    public void cancelSent(int backendPid) {
        log.cancelSent(run, attempt.step(), backendPid);
    }

    @Override
    public double speed() {
        signal();
        return speed;
    }

    /** The stronger of the two: a pause lets a statement run on, but not beyond the node's own end. */
    private static Signal stronger(@Nullable Signal asked, Signal leaving) {
        return asked == null || asked.compareTo(leaving) < 0 ? leaving : asked;
    }

    private static boolean due(long last, long every) {
        return last == Long.MIN_VALUE || System.nanoTime() - last >= every;
    }
}
