package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Manner;
import dev.rubicon.engine.Reading;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.Strain;
import dev.rubicon.execution.backfill.FakeRanges.Asked;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CourseTest {

    /** Each look at the clock is so much later than the one before, so that seconds pass without anybody waiting. */
    private static final long STEP = Duration.ofMillis(100).toNanos();

    private final RecordingWatch watch = new RecordingWatch();
    private final AtomicLong clock = new AtomicLong();

    private StepOutcome run(FakeRanges ranges, int lanes) {
        return run(ranges, lanes, 100);
    }

    private StepOutcome run(FakeRanges ranges, int lanes, int quarantine) {
        StepOrder order = new StepOrder("plan-a", 1, "sha256:plan", "a", Direction.FORWARD, new Work.Check(), 3, 7, 1,
                "sha256:work", "20260101000000_a", Duration.ofMillis(100), Duration.ofSeconds(5),
                Duration.ofMinutes(1));
        BackfillSettings settings = new BackfillSettings(Duration.ofMillis(500), Duration.ofSeconds(5), 8, quarantine);
        return new Course(ranges, order, watch, settings, lanes, () -> clock.addAndGet(STEP)).run();
    }

    private static void assertDone(StepOutcome outcome, long rows) {
        assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.rows()).isEqualTo(rows));
    }

    private static List<Reading> lag(double seconds) {
        return List.of(Reading.of(Strain.REPLICA_LAG, seconds, 5));
    }

    @Test
    void doesEveryRangeOnceInAllItsLanes() {
        FakeRanges ranges = new FakeRanges(8, 5_000);

        assertDone(run(ranges, 3), 40_000);

        assertThat(ranges.asked).extracting(Asked::lane).containsOnly(1, 2, 3);
        assertThat(ranges.asked).extracting(Asked::after).doesNotHaveDuplicates();
    }

    @Test
    void makesDoWithTheLanesThatTheTargetGives() {
        FakeRanges ranges = new FakeRanges(4, 3_000);
        ranges.most = 2;

        assertDone(run(ranges, 4), 12_000);

        assertThat(ranges.asked).extracting(Asked::lane).containsOnly(1, 2);
    }

    @Test
    void setsTheOneRowAsideThatSpoilsItsBatch() {
        FakeRanges ranges = new FakeRanges(2, 5_000);
        ranges.act = (lane, batch) -> holds(batch, 777) ? broken(batch.rows()) : ranges.did(batch);

        assertDone(run(ranges, 1), 9_999);

        assertThat(ranges.setAside).containsExactly(777);
    }

    private static boolean holds(Batch batch, long row) {
        long after = FakeRanges.after(batch.range());
        return after < row && row <= after + batch.rows();
    }

    private static BatchEnd broken(long rows) {
        return new BatchEnd.Broken(rows, "integer out of range", "22003");
    }

    @Test
    void failsWhenMoreRowsThanAllowedWouldBeSetAside() {
        FakeRanges ranges = new FakeRanges(1, 5_000);
        ranges.act = (lane, batch) -> broken(batch.rows());

        assertThat(run(ranges, 1, 3)).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("too-many-quarantined");
            assertThat(failed.message()).contains("More than 3 rows", "integer out of range");
        });
        assertThat(ranges.setAside).containsExactly(1, 2, 3);
    }

    @Test
    void leavesHeldRowsToTheSweepForAWhile() {
        FakeRanges ranges = new FakeRanges(1, 50_000);
        ranges.act = (lane, batch) -> batch.manner() == Manner.SWIFT && ranges.asked.size() == 1
                ? new BatchEnd.Refused("lock not available")
                : ranges.did(batch);

        assertDone(run(ranges, 1), 50_000);

        assertThat(ranges.asked.stream().map(each -> each.batch().manner()).limit(3)).containsExactly(Manner.SWIFT,
                Manner.SKIPPING, Manner.SKIPPING);
    }

    @Test
    void letsGoWhenLocksAreNotToBeHad() {
        FakeRanges ranges = new FakeRanges(1, 5_000);
        ranges.act = (lane, batch) -> new BatchEnd.Refused("lock not available");

        StepOutcome outcome = run(ranges, 1);

        assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Waiting.class, waiting -> assertThat(waiting.message())
                .matches("Waits for locks held by a session that was gone when we looked; tried \\d+ times"));
        assertThat(watch.waits).hasSize(1);
    }

    @Test
    void standsStillWhileTheTargetSuffersAndThenGoesOn() {
        FakeRanges ranges = new FakeRanges(4, 20_000);
        AtomicInteger atStop = new AtomicInteger();
        AtomicInteger atGo = new AtomicInteger();
        ranges.readings = look -> {
            if (look == 4) {
                atStop.set(ranges.asked.size());
            } else if (look == 8) {
                atGo.set(ranges.asked.size());
            }
            return lag(look < 3 ? 1 : look < 8 ? 6.5 : 0.5);
        };

        assertDone(run(ranges, 1), 80_000);

        assertThat(atGo.get()).as("batches meanwhile").isEqualTo(atStop.get());
        assertThat(ranges.asked.size()).isGreaterThan(atGo.get());
        assertThat(watch.standstills)
                .containsExactly("Stands still: replica lag 6.5 s of 5 s; goes on below 80 % of the limit");
        assertThat(watch.goneOn.get()).isEqualTo(1);
        assertThat(watch.progress).anySatisfy(progress -> {
            assertThat(backfill(progress).brake()).startsWith("Stands still: replica lag");
            assertThat(Objects.requireNonNull(backfill(progress).throttle()).getFirst().utilization()).isEqualTo(1);
        });
    }

    @Test
    void doesNotBeginOnATargetThatSuffersAlready() {
        FakeRanges ranges = new FakeRanges(1, 5_000);
        AtomicInteger before = new AtomicInteger();
        ranges.readings = look -> {
            before.set(look < 4 ? ranges.asked.size() : before.get());
            return lag(look < 4 ? 9 : 1);
        };

        assertDone(run(ranges, 1), 5_000);

        assertThat(before.get()).isZero();
    }

    @Test
    void worksInFewerLanesBeforeItStops() {
        FakeRanges ranges = new FakeRanges(8, 3_000);
        ranges.readings = look -> lag(4.1);

        assertDone(run(ranges, 4), 24_000);

        assertThat(ranges.asked).extracting(Asked::lane).containsOnly(1, 2, 3);
        assertThat(watch.standstills).isEmpty();
    }

    @Test
    void standsStillAtSpeedZeroUntilItIsSetAgain() {
        FakeRanges ranges = new FakeRanges(1, 5_000);
        AtomicInteger asked = new AtomicInteger();
        watch.speed = 0;
        watch.beforeBatch = () -> {
            assertThat(ranges.asked).isEmpty();
            if (asked.incrementAndGet() == 20) {
                watch.speed = 1;
                watch.beforeBatch = () -> {};
            }
        };

        assertDone(run(ranges, 1), 5_000);

        assertThat(watch.progress).anySatisfy(progress -> assertThat(backfill(progress).brake())
                .isEqualTo("Stands still: its speed is set to 0"));
    }

    @Test
    void pausesWhileItStandsStill() {
        FakeRanges ranges = new FakeRanges(1, 5_000);
        ranges.readings = look -> lag(9);
        watch.signal = () -> watch.standstills.isEmpty() ? Signal.GO_ON : Signal.PAUSE;

        assertThat(run(ranges, 1)).isInstanceOfSatisfying(StepOutcome.Stopped.class,
                stopped -> assertThat(stopped.signal()).isEqualTo(Signal.PAUSE));
        assertThat(ranges.asked).isEmpty();
    }

    @Test
    void breaksItsBatchesOffWhenItIsCancelled() {
        FakeRanges ranges = new FakeRanges(2, 5_000);
        ranges.act = (lane, batch) -> {
            await().until(() -> ranges.cancelled.contains(lane));
            return new BatchEnd.Ended(new StepOutcome.Stopped(Signal.CANCEL, "broken off"));
        };
        watch.signal = () -> ranges.asked.size() == 2 ? Signal.CANCEL : Signal.GO_ON;

        assertThat(run(ranges, 2)).isInstanceOf(StepOutcome.Stopped.class);

        assertThat(ranges.cancelled).containsExactlyInAnyOrder(1, 2);
        assertThat(ranges.rows).hasValue(0);
    }

    @Test
    void endsWhenTheTargetIsNotHeldAnyMore() {
        FakeRanges ranges = new FakeRanges(4, 50_000);
        ranges.readings = look -> {
            if (look == 3) {
                throw new StepEnded(new StepOutcome.Lost("The lock connection was lost"));
            }
            return List.of();
        };

        assertThat(run(ranges, 2)).isEqualTo(new StepOutcome.Lost("The lock connection was lost"));
    }

    @Test
    void tellsAtTheEndWhatItCameTo() {
        assertDone(run(new FakeRanges(4, 1_000), 2), 4_000);

        assertThat(watch.progress.getLast().changed()).isEqualTo(4_000);
        assertThat(watch.progress.getLast().done()).isEqualTo(4_000);
        assertThat(backfill(watch.progress.getLast()).lanes()).isEqualTo(2);
    }

    private static StepWatch.Backfill backfill(StepWatch.Progress progress) {
        return Objects.requireNonNull(progress.backfill());
    }
}
