package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrakeTest {

    private final Brake brake = new Brake();

    @ParameterizedTest
    @CsvSource({"0, 1", "0.3, 1", "0.6, 1", "0.7, 0.775", "0.8, 0.55", "0.9, 0.325", "0.99, 0.1225", "1, 0", "7, 0"})
    void slowsDownAtOnceAndTheMoreTheCloserTheLimitIs(double utilization, double speed) {
        brake.looked(utilization, utilization);

        assertThat(brake.speed()).isCloseTo(speed, within(1e-9));
        assertThat(brake.stopped()).isEqualTo(speed == 0);
    }

    @Test
    void speedsUpLittleByLittle() {
        brake.looked(0.95, 0.95);
        double slow = brake.speed();
        brake.looked(0, 0);
        assertThat(brake.speed()).isCloseTo(slow * 1.3, within(1e-9));
        for (int i = 0; i < 10; i++) {
            brake.looked(0, 0);
        }

        assertThat(brake.speed()).isEqualTo(1);
    }

    @Test
    void goesOnOnlyWellBelowTheLimitAndSlowlyAtFirst() {
        brake.looked(1, 1);
        brake.looked(0.99, 0.99);
        brake.looked(0.8, 0.8);
        assertThat(brake.stopped()).isTrue();

        brake.looked(0.79, 0.79);

        assertThat(brake.speed()).isEqualTo(0.1);
    }

    @Test
    void neitherStopsNorStaysStoppedForWhatOnlySlowsDown() {
        brake.looked(3, 0);
        assertThat(brake.speed()).isCloseTo(0.1, within(1e-9));
        brake.looked(3, 1);
        assertThat(brake.stopped()).isTrue();

        brake.looked(3, 0.5);

        assertThat(brake.speed()).isCloseTo(0.1, within(1e-9));
    }
}
