package dev.rubicon.execution.backfill;

import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Pass;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.StepWatch.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what is done, and tells it a few times a second. */
final class Telling {

    private static final long BETWEEN = Duration.ofMillis(300).toNanos();
    private static final int SMOOTH = 8;

    private final StepWatch watch;
    private final Map<Integer, Long> open = new HashMap<>();
    private Speedometer speedometer = new Speedometer(0);
    private long scanned;
    private long changed;
    private @Nullable Long expected;
    private int setAside;
    private long walAtFirst = -1;
    private long wal = -1;
    private double millis;
    private long toldAt = Long.MIN_VALUE;

    Telling(StepWatch watch) {
        this.watch = watch;
    }

    void begin(Pass pass, long walNow, long now) {
        speedometer = new Speedometer(now);
        scanned = pass.scanned();
        changed = pass.changed();
        expected = pass.expected();
        setAside = pass.quarantined();
        open.clear();
        pass.ranges().forEach(range -> open.put(range.number(), range.expected()));
        walAtFirst = walAtFirst < 0 ? walNow : walAtFirst;
        wal(walNow);
    }

    void done(BatchEnd.Done done, Duration took, long now) {
        scanned += done.scanned();
        changed += done.changed();
        speedometer.done(done.scanned(), now);
        millis = millis == 0 ? took.toMillis() : (millis * (SMOOTH - 1) + took.toMillis()) / SMOOTH;
        Long total = expected;
        if (done.over() && total != null) {
            Range range = done.range();
            long thought = open.getOrDefault(range.number(), -1L);
            expected = thought < 0 ? total : Math.max(scanned, total + range.scanned() - thought);
        }
    }

    void wal(long now) {
        wal = now;
    }

    /** Rows looked at in this pass. */
    long scanned() {
        return scanned;
    }

    long changed() {
        return changed;
    }

    int setAside() {
        return setAside;
    }

    void setOneAside() {
        setAside++;
    }

    private static String doing(Pass pass) {
        return switch (pass.number()) {
            case 0 -> "verifying";
            case 1 -> "copying";
            default -> "sweeping";
        };
    }

    /** What comes next is told, however little time has passed. */
    void insist() {
        toldAt = Long.MIN_VALUE;
    }

    /** @param asked the speed that people set */
    void tell(Pass pass, int lanes, long batchRows, Throttle throttle, double asked, long now) {
        if (toldAt != Long.MIN_VALUE && now - toldAt < BETWEEN) {
            return;
        }
        toldAt = now;
        Long total = expected == null ? null : Long.valueOf(Math.max(expected, scanned));
        Speedometer.Forecast left = total == null ? null : speedometer.forecast(total - scanned, now);
        watch.progress(new Progress(doing(pass), scanned, total, "rows",
                pass.number() == 0 ? -1 : changed,
                speedometer.perSecond(now),
                new StepWatch.Backfill(pass.number(), pass.walk(), pass.why(), lanes, batchRows, Math.round(millis),
                        setAside, walAtFirst < 0 || wal < 0 ? null : Long.valueOf(wal - walAtFirst),
                        left == null ? null : Long.valueOf(left.low()),
                        left == null ? null : Long.valueOf(left.high()), throttle.words(asked), throttle.gauges())));
    }
}
