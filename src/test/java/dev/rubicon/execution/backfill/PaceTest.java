package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Reading;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace(Duration.ofMillis(50));

    private void batches(int number, int millis) {
        for (int i = 0; i < number; i++) {
            pace.took(Duration.ofMillis(millis));
        }
    }

    private double utilization() {
        return ((Reading.Known) pace.reading()).utilization();
    }

    @Test
    void saysNothingBeforeItKnowsWhatIsUsual() {
        batches(19, 50);

        assertThat(pace.reading()).isInstanceOf(Reading.Absent.class);
    }

    @Test
    void usesItsLimitUpAsBatchesGetLonger() {
        batches(20, 60);
        assertThat(utilization()).isZero();
        batches(9, 120);
        assertThat(utilization()).isBetween(0.33, 0.34);
        batches(9, 240);
        assertThat(utilization()).isEqualTo(1);
        batches(9, 60);
        assertThat(utilization()).isZero();
    }

    @Test
    void doesNotMindQuickOnesAtFirstOrOneThatIsSlow() {
        batches(20, 1);
        batches(9, 50);
        batches(1, 5_000);

        assertThat(utilization()).isZero();
    }
}
