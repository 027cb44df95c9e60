package dev.rubicon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.registry.Policy.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartWindowsTest {

    /** Zurich is UTC+1, from 29 March 2026 at 02:00 until 25 October at 03:00 UTC+2. */
    private static final ZoneId ZURICH = ZoneId.of("Europe/Zurich");

    @ParameterizedTest
    @CsvSource(nullValues = "open", textBlock = """
            # 15 January 2026 is a Thursday; an ordinary day
            THURSDAY, 09:00, 17:00, 2026-01-15T07:59:59Z, 2026-01-15T08:00:00Z
            THURSDAY, 09:00, 17:00, 2026-01-15T08:00:00Z, open
            THURSDAY, 09:00, 17:00, 2026-01-15T15:59:59Z, open
            THURSDAY, 09:00, 17:00, 2026-01-15T16:00:00Z, 2026-01-22T08:00:00Z
            # over midnight: the day is the opening's
            FRIDAY, 22:00, 04:00, 2026-01-15T22:00:00Z, 2026-01-16T21:00:00Z
            FRIDAY, 22:00, 04:00, 2026-01-16T21:00:00Z, open
            FRIDAY, 22:00, 04:00, 2026-01-17T02:59:59Z, open
            FRIDAY, 22:00, 04:00, 2026-01-17T03:00:00Z, 2026-01-23T21:00:00Z
            # from = to is a whole day, from that time on
            FRIDAY, 00:00, 00:00, 2026-01-15T22:59:59Z, 2026-01-15T23:00:00Z
            FRIDAY, 00:00, 00:00, 2026-01-16T22:59:59Z, open
            # summer time: the same wall clock is an hour earlier
            WEDNESDAY, 09:00, 17:00, 2026-07-15T06:59:59Z, 2026-07-15T07:00:00Z
            WEDNESDAY, 09:00, 17:00, 2026-07-15T14:59:59Z, open
            # asked in winter, opens in summer
            SUNDAY, 09:00, 10:00, 2026-03-28T12:00:00Z, 2026-03-29T07:00:00Z
            # 29 March: 02:00 to 03:00 do not exist; what begins there begins with the change
            SUNDAY, 02:30, 05:00, 2026-03-29T00:59:59Z, 2026-03-29T01:00:00Z
            SUNDAY, 02:30, 05:00, 2026-03-29T01:00:00Z, open
            SUNDAY, 02:30, 05:00, 2026-03-29T03:00:00Z, 2026-04-05T00:30:00Z
            # what ends there ends with the change
            SUNDAY, 01:00, 02:30, 2026-03-29T00:59:59Z, open
            SUNDAY, 01:00, 02:30, 2026-03-29T01:00:00Z, 2026-04-04T23:00:00Z
            # what lies wholly in the skipped hour does not open that night
            SUNDAY, 02:10, 02:50, 2026-03-28T12:00:00Z, 2026-04-05T00:10:00Z
            # a night over the change is an hour shorter
            SATURDAY, 22:00, 04:00, 2026-03-29T01:59:59Z, open
            SATURDAY, 22:00, 04:00, 2026-03-29T02:00:00Z, 2026-04-04T20:00:00Z
            # 25 October: 02:00 to 03:00 come twice; the first counts
            SUNDAY, 02:30, 05:00, 2026-10-25T00:29:59Z, 2026-10-25T00:30:00Z
            SUNDAY, 02:30, 05:00, 2026-10-25T03:59:59Z, open
            SUNDAY, 01:00, 02:30, 2026-10-25T00:29:59Z, open
            SUNDAY, 01:00, 02:30, 2026-10-25T00:30:00Z, 2026-11-01T00:00:00Z
            SUNDAY, 01:00, 02:30, 2026-10-25T01:15:00Z, 2026-11-01T00:00:00Z
            """)
    void tellsWhenPhasesMayStart(DayOfWeek day, LocalTime from, LocalTime to, Instant now, @Nullable Instant opens) {
        List<Window> windows = List.of(new Window(EnumSet.of(day), from, to, ZURICH));
        assertThat(StartWindows.blocker("production", windows, now).map(Blocker::at).orElse(null)).isEqualTo(opens);
    }

    @Test
    void letsEverythingStartWhereThereAreNoWindows() {
        assertThat(StartWindows.blocker("production", List.of(), Instant.EPOCH)).isEmpty();
    }

    @Test
    void takesTheNextOpeningOfAllWindows() {
        List<Window> windows = List.of(
                new Window(Set.of(DayOfWeek.SATURDAY), LocalTime.of(6, 0), LocalTime.of(8, 0), ZURICH),
                new Window(Set.of(DayOfWeek.FRIDAY), LocalTime.of(20, 0), LocalTime.of(22, 0),
                        ZoneId.of("America/New_York")));
        Blocker blocker = StartWindows.blocker("production", windows, Instant.parse("2026-01-16T12:00:00Z"))
                .orElseThrow();
        assertThat(blocker.at()).isEqualTo("2026-01-17T01:00:00Z");
        assertThat(blocker.message()).contains("Friday 2026-01-16 20:00 America/New_York");
        assertThat(StartWindows.blocker("production", windows, Instant.parse("2026-01-17T05:30:00Z"))).isEmpty();
    }

    @Test
    void saysWhenNoWindowEverOpens() {
        List<Window> windows = List.of(new Window(Set.of(), LocalTime.of(6, 0), LocalTime.of(8, 0), ZURICH));
        Blocker blocker = StartWindows.blocker("production", windows, Instant.EPOCH).orElseThrow();
        assertThat(blocker.at()).isNull();
        assertThat(blocker.message()).contains("none of them ever opens");
    }
}
