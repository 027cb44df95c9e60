package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

    private static final Duration TARGET = Duration.ofMillis(50);

    private final BatchSize size = new BatchSize(TARGET);

    /** Batches on a target where looking at a row takes so long, and changing one so much longer. */
    private Duration batch(double microsEach, double microsChanged, double matching) {
        long rows = size.rows();
        long changed = (long) (rows * matching);
        Duration took = Duration.ofNanos((long) (1_000 * (rows * microsEach + changed * microsChanged)));
        size.after(rows, changed, took);
        return took;
    }

    @Test
    void growsByHalfAtMostUntilABatchLastsAsLongAsItShould() {
        long before = size.rows();
        for (int i = 0; i < 20; i++) {
            batch(0, 9, 1);
            assertThat(size.rows()).isLessThanOrEqualTo((long) (before * 1.5));
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
}
