package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WalHistoryTest {

    private static final long SECOND = 1_000_000_000L;

    private final WalHistory history = new WalHistory();

    @Test
    void measuresTheRateOverTheLastFiveSeconds() {
        history.add(0, 0);
        assertThat(history.rate()).isZero();
        history.add(SECOND, 1_000);
        assertThat(history.rate()).isEqualTo(1_000);
        for (int second = 2; second <= 20; second++) {
            history.add(second * SECOND, 1_000);
        }

        assertThat(history.rate()).isZero();
        history.add(21 * SECOND, 6_000);
        assertThat(history.rate()).isEqualTo(1_000);
    }

    @Test
    void knowsSinceWhenThereWasMoreThanAReplicaHas() {
        history.add(10 * SECOND, 100);
        history.add(11 * SECOND, 200);
        history.add(12 * SECOND, 300);
        history.add(15 * SECOND, 300);

        assertThat(history.behind(300)).isZero();
        assertThat(history.behind(250)).isEqualTo(3);
        assertThat(history.behind(100)).isEqualTo(4);
        assertThat(history.behind(99)).isEqualTo(5);
    }
}
