package dev.rubicon.bench;

import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepWatch.Backfill;
import dev.rubicon.engine.StepWatch.Progress;
import java.util.ArrayList;
import java.util.List;

/** The ranges of time in which a backfill said, while it ran, that it would end, to be held against the end that came. */
final class Foretold {

    /** Before this share of the whole time nobody expects a prophecy. */
    private static final double BEGINNING = 0.1;
    private static final double ROUNDING = 1;

    private record Telling(long at, long leftLow, long leftHigh) {}

    /**
     * @param off by how much the middle of the range was wrong, as a share of the whole time
     * @param held whether the end came within the range; it is told in whole seconds, so one second is allowed for
     */
    record Verdict(double off, boolean held) {}

    private final List<Telling> tellings = new ArrayList<>();
    private final long began = System.nanoTime();

    RecordingWatch watch() {
        RecordingWatch watch = new RecordingWatch();
        watch.onProgress = this::hear;
        return watch;
    }

    private void hear(Progress progress) {
        Backfill backfill = progress.backfill();
        if (backfill != null && backfill.leftLow() != null && backfill.leftHigh() != null) {
            tellings.add(new Telling(System.nanoTime(), backfill.leftLow(), backfill.leftHigh()));
        }
    }

    /** One for each range that was told after the beginning; called when the end has come. */
    List<Verdict> verdicts() {
        double whole = Moments.secondsSince(began);
        return tellings.stream().filter(telling -> since(telling.at) >= BEGINNING * whole)
                .map(telling -> verdict(telling, whole)).toList();
    }

    private Verdict verdict(Telling telling, double whole) {
        double left = whole - since(telling.at);
        double middle = (telling.leftLow + telling.leftHigh) / 2.0;
        return new Verdict(Math.abs(middle - left) / whole,
                left >= telling.leftLow - ROUNDING && left <= telling.leftHigh + ROUNDING);
    }

    private double since(long moment) {
        return (moment - began) / 1e9;
    }
}
