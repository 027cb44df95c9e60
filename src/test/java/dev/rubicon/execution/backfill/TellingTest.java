package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Pass;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepWatch.Progress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TellingTest {

    private final RecordingWatch watch = new RecordingWatch();
    private final Telling telling = new Telling(watch);
    private long now;

    private Pass begin(int number, long expected) {
        Range range = new Range(1, "users", "block", null, List.of("(9,0)"), expected, 0);
        Pass pass = new Pass(number, "block", "block by block", expected, 0, 0, true, List.of(range), 0);
        telling.begin(pass, 0, now);
        return pass;
    }

    private Progress told(Pass pass, long scanned, boolean over) {
        now += Duration.ofSeconds(1).toNanos();
        Range range = pass.ranges().getFirst();
        telling.done(new BatchEnd.Done(new Range(range.number(), range.relation(), range.walk(), null, range.until(),
                range.expected(), telling.scanned() + scanned), over, scanned, scanned), Duration.ofMillis(50), now);
        telling.tell(pass, 1, 1_000, new Throttle(), 1, now);
        return watch.progress.getLast();
    }

    @Test
    void neverTellsOfMoreRowsThanThereAre() {
        Pass pass = begin(1, 1_000);

        assertThat(told(pass, 900, false)).extracting(Progress::done, Progress::total).containsExactly(900L, 1_000L);
        // statistics knew of fewer, or rows have moved to where they are met again
        assertThat(told(pass, 600, false)).extracting(Progress::done, Progress::total).containsExactly(1_500L, 1_500L);
        assertThat(told(pass, 100, true)).extracting(Progress::done, Progress::total).containsExactly(1_600L, 1_600L);
    }

    @Test
    void keepsWhatASweepLooksAtApart() {
        told(begin(1, 1_000), 1_000, true);

        Progress sweep = told(begin(2, 1_000), 400, false);

        assertThat(sweep.phase()).isEqualTo("sweeping");
        assertThat(sweep).extracting(Progress::done, Progress::total).containsExactly(400L, 1_000L);
    }
}
