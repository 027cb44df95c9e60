package dev.rubicon.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ControlClockTest {

    private static final Instant HERE = Instant.parse("2026-11-21T12:00:00Z");

    private final SettableClock own = new SettableClock(HERE);
    private final ControlClock clock = new ControlClock(own);

    @Test
    void goesByTheDatabaseWhenTheMachineIsAMinuteAhead() {
        Instant there = HERE.minusSeconds(60);
        clock.compare(HERE, there, HERE);

        assertThat(clock.instant()).isEqualTo(there);
        own.advance(Duration.ofSeconds(5));
        assertThat(clock.instant()).isEqualTo(there.plusSeconds(5));
        assertThat(clock.ahead()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void returnsToItsOwnClockOnceThatIsRight() {
        clock.compare(HERE, HERE.plusSeconds(60), HERE);
        clock.compare(HERE, HERE.plusMillis(100), HERE);

        assertThat(clock.instant()).isEqualTo(HERE);
    }

    @Test
    void leavesASmallDifferenceAlone() {
        clock.compare(HERE, HERE.plusMillis(400), HERE);

        assertThat(clock.instant()).isEqualTo(HERE);
    }

    @Test
    void goesByNoAnswerThatTookLong() {
        clock.compare(HERE, HERE.minusSeconds(60), HERE.plusSeconds(1));

        assertThat(clock.instant()).isEqualTo(HERE);
    }
}
