package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpeedometerTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Speedometer speed = new Speedometer(0);

    private void seconds(int from, int to, long rows) {
        for (int i = from; i < to; i++) {
            speed.done(rows, i * SECOND + SECOND / 2);
        }
    }

    @Test
    void saysNothingOfTheRestUntilItHasSeenEnough() {
        seconds(0, 2, 100);
        assertThat(speed.forecast(1_000, 2 * SECOND)).isNull();
    }

    @Test
    void isSureOfASteadyPace() {
        seconds(0, 20, 100);
        assertThat(speed.forecast(1_000, 20 * SECOND)).isEqualTo(new Speedometer.Forecast(10, 10));
        assertThat(speed.perSecond(20 * SECOND)).isEqualTo(100);
    }

    @Test
    void saysHowUnsureItIsOfAnUnsteadyOne() {
        seconds(0, 20, 100);
        seconds(20, 30, 50);
        assertThat(speed.forecast(1_000, 30 * SECOND)).isEqualTo(new Speedometer.Forecast(10, 20));
    }

    @Test
    void saysNothingWhileNothingMoves() {
        seconds(0, 20, 100);
        assertThat(speed.forecast(1_000, 90 * SECOND)).isNull();
    }
}
