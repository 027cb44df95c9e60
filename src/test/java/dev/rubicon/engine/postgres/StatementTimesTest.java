package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rubicon.engine.postgres.StatementTimes.Total;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatementTimesTest {

    private final StatementTimes times = new StatementTimes(
            Map.of("quick", new Total(1_000, 4_000), "report", new Total(10, 99_000)));

    @Test
    void comparesEachStatementWithItsOwnTime() {
        // the mix has changed, and nothing is slower
        assertThat(times.slower(Map.of("quick", new Total(1_000, 4_000), "report", new Total(40, 396_000))))
                .isCloseTo(1, within(0.001));
        // 9 ms instead of 4, and each with the millisecond that nobody notices
        assertThat(times.slower(Map.of("quick", new Total(1_100, 4_900), "report", new Total(40, 396_000))))
                .isCloseTo(2, within(0.001));
    }

    @Test
    void saysNothingOfFewStatementsOrOfOnesWithoutAPast() {
        assertThat(times.slower(Map.of("quick", new Total(1_019, 99_000)))).isEqualTo(1);
        assertThat(times.slower(Map.of("new", new Total(500, 99_000)))).isEqualTo(1);
        assertThat(times.slower(Map.of("new", new Total(1_000, 999_000)))).isEqualTo(1);
    }

    @Test
    void outlivesAResetOfTheStatistics() {
        assertThat(times.slower(Map.of("quick", new Total(5, 20)))).isEqualTo(1);
        assertThat(times.slower(Map.of("quick", new Total(105, 420)))).isCloseTo(1, within(0.001));
    }
}
