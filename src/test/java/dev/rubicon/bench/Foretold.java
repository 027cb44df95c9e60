package dev.rubicon.bench;

import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepWatch.Progress;
import java.util.ArrayList;
import java.util.List;

/** What a backfill said of its end while it ran, to be held against the end that came. */
final class Foretold {

    /** Before this share of the whole time nobody expects a prophecy. */
    private static final double BEGINNING = 0.1;

    private record Telling(long at, double secondsLeft) {}

    private final List<Telling> tellings = new ArrayList<>();
    private final long began = System.nanoTime();

    RecordingWatch watch() {
        RecordingWatch watch = new RecordingWatch();
        watch.onProgress = this::hear;
        return watch;
    }

    private void hear(Progress progress) {
        Long total = progress.total();
        if (total != null && progress.perSecond() > 0) {
            tellings.add(new Telling(System.nanoTime(),
                    Math.max(0, total - progress.done()) / progress.perSecond()));
        }
    }

    /** By how much each foretold end was off, as a share of the whole time; called when the end has come. */
    List<Double> errors() {
        double whole = Moments.secondsSince(began);
        return tellings.stream().filter(telling -> (telling.at - began) / 1e9 >= BEGINNING * whole)
                .map(telling -> Math.abs((telling.at - began) / 1e9 + telling.secondsLeft - whole) / whole).toList();
    }
}
