package dev.rubicon.execution.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.StepWatch.Gauge;
import dev.rubicon.engine.Strain;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThrottleTest {

    private final Throttle throttle = new Throttle();
    private long now;

    private void look(Reading... readings) {
        now += Duration.ofSeconds(1).toNanos();
        throttle.looked(List.of(readings), now);
    }

    private static Reading lag(double seconds) {
        return Reading.of(Strain.REPLICA_LAG, seconds, 5);
    }

    private static Reading waits(double sessions) {
        return Reading.of(Strain.LOCK_WAITS, sessions, 5);
    }

    @Test
    void goesByTheWorstAndNamesIt() {
        look(lag(4), waits(1));

        assertThat(throttle.speed()).isBetween(0.54, 0.56);
        assertThat(throttle.words(1)).isEqualTo("Runs at 55 %: replica lag 4 s of 5 s");
        assertThat(throttle.stop()).isNull();
    }

    @Test
    void standsStillAtALimitAndSaysWhereItGoesOn() {
        look(lag(1), waits(7));

        assertThat(throttle.speed()).isZero();
        assertThat(throttle.stop()).isEqualTo(new Throttle.Stop("lock-waits",
                "Stands still: sessions that wait for us 7 of 5; goes on below 80 % of the limit"));
        look(lag(1), waits(0));
        assertThat(throttle.stop()).isNull();
        assertThat(throttle.words(1)).isEqualTo("Runs at 10 %: speeds up again little by little");
    }

    @Test
    void obeysPeopleWhereTheyWantItSlower() {
        look(lag(4));

        assertThat(throttle.words(0.3)).isEqualTo("Runs at 30 %, as it is set");
        assertThat(throttle.words(0)).isEqualTo("Stands still: its speed is set to 0");
        look(lag(0));
        look(lag(0));
        look(lag(0));
        assertThat(throttle.words(1)).isEqualTo("Runs at full speed");
    }

    @Test
    void standsStillWhenItHasNotSeenForFifteenSecondsWhatItSawBefore() {
        look(lag(1));
        for (int second = 1; second <= 15; second++) {
            look(new Reading.Unknown(Strain.REPLICA_LAG, "the replica is gone"));
            assertThat(throttle.speed()).isEqualTo(1);
        }

        look(new Reading.Unknown(Strain.REPLICA_LAG, "the replica is gone"));

        assertThat(throttle.speed()).isZero();
        assertThat(throttle.words(1))
                .isEqualTo("Stands still: replica lag has not been readable for 16 s (the replica is gone)");
        look(lag(1));
        assertThat(throttle.stop()).isNull();
    }

    @Test
    void keepsTheLastReadingForAWhile() {
        look(lag(4));
        look(new Reading.Unknown(Strain.REPLICA_LAG, "too slow"));

        assertThat(throttle.speed()).isLessThan(0.6);
    }

    @Test
    void doesNotMindWhatItNeverCouldRead() {
        for (int second = 0; second < 60; second++) {
            look(new Reading.Unknown(Strain.PROBE, "no such table"),
                    new Reading.Absent(Strain.REPLICA_LAG, "no replica is connected"));
        }

        assertThat(throttle.speed()).isEqualTo(1);
    }

    @Test
    void doesNotMindThatWhatItReadDoesNotApplyAnyMore() {
        look(lag(4.9));
        look(new Reading.Absent(Strain.REPLICA_LAG, "switched off"));

        assertThat(throttle.gauges()).extracting(Gauge::state, Gauge::utilization)
                .containsExactly(org.assertj.core.api.Assertions.tuple("absent", 0.0));
        assertThat(throttle.words(1)).isEqualTo("Runs at 19 %: speeds up again little by little");
    }

    @Test
    void tellsEachReadingWithItsLimit() {
        look(lag(3.1), new Reading.Known(Strain.AUTOVACUUM, 12, null, 0.75, "runs"),
                new Reading.Absent(Strain.PROBE, "none is set"));

        assertThat(throttle.gauges()).containsExactly(
                new Gauge("replica-lag", "Replica lag", "known", 3.1, 5.0, "s", 0.62, "3.1 s of 5 s"),
                new Gauge("autovacuum", "Autovacuum of the table", "known", 12.0, null, "s", 0.75, "runs"),
                new Gauge("probe", "Probe query", "absent", null, null, "×", 0, "none is set"));
    }
}
