package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSizeTest {

    private static final Duration TARGET = Duration.ofMillis(50);

    private final BatchSize size = new BatchSize(TARGET);

    /** Batches on a target where looking at a row takes so long, and changing one so much longer. */
    private Duration batch(double microsEach, double microsChanged, double matching) {
        return batch(0, microsEach, microsChanged, matching);
    }

    /** The same where a batch takes so many milliseconds whatever its size. */
    private Duration batch(double millis, double microsEach, double microsChanged, double matching) {
        long rows = size.rows();
        long changed = (long) (rows * matching);
        Duration took = Duration
                .ofNanos((long) (1_000_000 * millis + 1_000 * (rows * microsEach + changed * microsChanged)));
        size.after(rows, changed, took);
        return took;
    }

    private void batches(int many, double millis, double microsChanged) {
        for (int i = 0; i < many; i++) {
            batch(millis, 0, microsChanged, 1);
        }
    }

    @Test
    void growsByHalfAtMostUntilABatchLastsAsLongAsItShould() {
        long before = size.rows();
        for (int i = 0; i < 20; i++) {
            batch(0, 9, 1);
            assertThat(size.rows()).isLessThanOrEqualTo((long) ((before + 1) * 1.5));
            before = size.rows();
        }
        assertThat(batch(0, 9, 1)).isBetween(Duration.ofMillis(40), Duration.ofMillis(60));
    }

    @Test
    void isThereAfterAFewBatches() {
        for (int i = 0; i < 6; i++) {
            batch(0, 9, 1);
        }
        assertThat(batch(0, 9, 1)).isBetween(Duration.ofMillis(40), Duration.ofMillis(60));
    }

    @Test
    void shrinksAtOnceWhenTheTargetBecomesSlow() {
        for (int i = 0; i < 20; i++) {
            batch(0, 9, 1);
        }
        batch(0, 50, 1);
        assertThat(batch(0, 50, 1)).isLessThan(Duration.ofMillis(65));
    }

    @Test
    void doesNotGrowWithoutBoundWhereFewRowsMatch() {
        for (int i = 0; i < 60; i++) {
            batch(0.1, 9, 0.001);
        }
        assertThat(size.rows()).as("rows looked at where few match").isGreaterThan(20_000);
        assertThat(batch(0.1, 9, 1)).as("a batch that matches throughout").isLessThan(TARGET.multipliedBy(12));
    }

    @Test
    void neverFallsBelowOneRow() {
        for (int i = 0; i < 20; i++) {
            batch(0, 10_000_000, 1);
        }
        assertThat(size.rows()).isEqualTo(1);
    }

    @Test
    void takesNoEndOfARangeForASlowTarget() {
        long before = size.rows();
        size.after(3, 3, Duration.ofMillis(1));
        assertThat(size.rows()).isEqualTo(before);
    }

    @Test
    void keepsItsSizeWhereAllButTheRowsTakesTooLong() {
        batches(40, 80, 5);
        for (int i = 0; i < 20; i++) {
            assertThat(size.rows()).as("rows in about 50 ms of 5 µs each").isBetween(6_000L, 13_000L);
            batch(80, 0, 5, 1);
        }
    }

    @Test
    void letsTheRowsTakeAsLongAsTheRest() {
        batches(40, 40, 5);
        assertThat(batch(40, 0, 5, 1)).isBetween(Duration.ofMillis(60), Duration.ofMillis(100));
    }

    @Test
    void leavesRoomForASmallFixedPart() {
        batches(40, 10, 5);
        assertThat(batch(10, 0, 5, 1)).isBetween(Duration.ofMillis(33), Duration.ofMillis(62));
    }

    @Test
    void takesFewRowsOfADearOne() {
        batches(3, 0, 1_000);
        for (int i = 0; i < 20; i++) {
            assertThat(batch(0, 0, 1_000, 1)).isBetween(Duration.ofMillis(32), Duration.ofMillis(63));
        }
    }

    @Test
    void growsAgainOnceCommitsBecomeQuick() {
        batches(20, 0, 5);
        batches(20, 80, 5);
        assertThat(size.rows()).isGreaterThan(6_000);
        batches(20, 0, 5);
        assertThat(batch(0, 0, 5, 1)).isBetween(Duration.ofMillis(32), Duration.ofMillis(63));
    }

    @Test
    void findsItsSizeAgainAfterEachChangeOfTheCost() {
        for (double micros : new double[]{5, 100, 5, 1_000, 20}) {
            batches(20, 2, micros);
            assertThat(batch(2, 0, micros, 1)).as("at %s µs a row", micros)
                    .isBetween(Duration.ofMillis(32), Duration.ofMillis(63));
        }
    }

    @Test
    void growsFromOneRowWhereNotTheRowsTakeTheTime() {
        for (int i = 0; i < 40; i++) {
            batch(0, 200_000, 0, 0);
        }
        assertThat(size.rows()).isLessThan(10);
        for (int i = 0; i < 80; i++) {
            batch(80, 5, 0, 0);
        }
        assertThat(size.rows()).isGreaterThan(3_000);
    }

    @Test
    void triesOneRowMoreWhereFewRowsTakeAllTheTime() {
        for (int i = 0; i < 80; i++) {
            long before = size.rows();
            batch(0, 12_000, 0, 0);
            if (i > 10) {
                assertThat(size.rows()).isLessThanOrEqualTo(before + 1);
            }
        }
    }

    @Test
    void isShorterAtOnceWhenLanesShareTheTime() {
        batches(20, 1, 5);
        size.lasting(TARGET.dividedBy(2));
        batches(3, 1, 5);
        assertThat(batch(1, 0, 5, 1)).isBetween(Duration.ofMillis(14), Duration.ofMillis(32));
    }

    @Test
    void recoversFromASingleStall() {
        batches(20, 1, 5);
        long before = size.rows();
        batch(2_000, 0, 5, 1);
        batches(10, 1, 5);
        assertThat(size.rows()).isGreaterThan(before / 2);
    }

    @Test
    void isNotMisledByASlowEndOfARange() {
        batches(20, 0, 5);
        long before = size.rows();
        size.after(3, 3, Duration.ofMillis(90));
        assertThat(size.rows()).isGreaterThanOrEqualTo(before / 2);
        batches(5, 0, 5);
        assertThat(batch(0, 0, 5, 1)).isBetween(Duration.ofMillis(32), Duration.ofMillis(63));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 10, 80})
    void staysNearTheTargetAmidNoise(double millis) {
        Random random = new Random(7);
        double all = 0;
        for (int i = 0; i < 400; i++) {
            double noise = Math.exp(0.25 * random.nextGaussian());
            if (i < 50) {
                batch(millis * noise, 0, 5 * noise, 1);
            } else {
                all += batch(millis * noise, 0, 5 * noise, 1).toNanos() / 1e6 / 350;
            }
        }
        assertThat(all).as("mean of a batch, ms").isBetween(millis + 25, millis + 75);
    }

    @Test
    void staysBoundedWhereMatchesComeInClusters() {
        Random random = new Random(7);
        for (int i = 0; i < 400; i++) {
            Duration took = batch(0.5, 0.1, 9, random.nextInt(10) == 0 ? 1 : 0.001);
            assertThat(took).isLessThan(TARGET.multipliedBy(20));
        }
    }
}
