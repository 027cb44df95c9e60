package dev.rubicon.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ShareTest {

    private final Node self = new Node();
    private JdbcClient jdbc;
    private Share share;

    @BeforeEach
    void migrate() {
        TestPostgres.Database database = TestPostgres.database();
        Flyway.configure().dataSource(database.url(), database.user(), database.password())
                .locations("classpath:db/migration").load().migrate();
        jdbc = database.jdbc();
        share = new Share(jdbc, self);
        node(self.name(), "clock_timestamp()", "NULL");
    }

    @Test
    void isEverythingForANodeAlone() {
        picked(self.name(), 1, 2, 3, 4);

        assertThat(share.isExceededBy(new Dispatch.Ticket(4, 1))).isFalse();
    }

    @Test
    void isHalfOfAllBesideAnother() {
        node("other", "clock_timestamp()", "NULL");
        picked(self.name(), 1, 2, 3, 4);

        assertThat(share.isExceededBy(new Dispatch.Ticket(2, 1))).isFalse();
        assertThat(share.isExceededBy(new Dispatch.Ticket(3, 1))).isTrue();
        picked("other", 5, 6, 7);
        assertThat(share.isExceededBy(new Dispatch.Ticket(4, 1))).isFalse();
    }

    @Test
    void countsNeitherTheSilentNorThoseWhoLeave() {
        node("silent", "clock_timestamp() - interval '1 minute'", "NULL");
        node("leaving", "clock_timestamp()", "clock_timestamp()");
        picked(self.name(), 1, 2);

        assertThat(share.isExceededBy(new Dispatch.Ticket(2, 1))).isFalse();
    }

    @Test
    void isLeftToOthersUntilThisNodeHasLookedAgainAndNotForEver() {
        node("other", "clock_timestamp()", "NULL");
        picked(self.name(), 1, 2, 3);
        Dispatch.Ticket first = new Dispatch.Ticket(1, 1);
        Dispatch.Ticket tooMany = new Dispatch.Ticket(3, 1);

        assertThat(share.leavesToOthers(first)).isEmpty();
        List<Optional<Duration>> times = Stream.generate(() -> share.leavesToOthers(tooMany)).limit(11).toList();

        assertThat(times.subList(0, 10)).allSatisfy(time -> assertThat(time).hasValueSatisfying(
                left -> assertThat(left).isBetween(Duration.ZERO, Duration.ofMillis(510))));
        assertThat(times.getLast()).isEmpty();
        assertThat(share.leavesToOthers(tooMany)).isPresent();
    }

    private void node(String name, String seen, String leaving) {
        jdbc.sql("INSERT INTO node (name, version, since, seen_at, leaving_since, lease_millis, clock_ahead_millis)"
                + " VALUES (?, '1', now(), " + seen + ", " + leaving + ", 8000, 0)").param(name).update();
    }

    private void picked(String node, long... runs) {
        for (long run : runs) {
            jdbc.sql(
                    "INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, picked_by, version)"
                            + " VALUES (?, ?, now(), true, ?, 1)")
                    .params(Dispatch.TASK, run + "/1", node).update();
        }
    }
}
