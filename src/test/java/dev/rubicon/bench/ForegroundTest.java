package dev.rubicon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.bench.Foreground.Use;
import dev.rubicon.testing.TestPostgres;
import dev.rubicon.testing.TestPostgres.Database;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ForegroundTest {

    private final Database database = TestPostgres.database();

    @Test
    void countsEveryTransactionThatWasDueDuringAStallAndNotOnlyThoseUnderWay() {
        database.run("CREATE TABLE item (id bigint PRIMARY KEY, seen int)");

        Latencies stalled;
        try (Foreground application = Foreground.start(database, 100, 2, List.of(use("item")));
                LongTransaction lock = LongTransaction.begin(database, List.of("LOCK TABLE item"),
                        Duration.ofSeconds(2))) {
            long locked = System.nanoTime();
            stalled = application.between(locked, locked + Duration.ofMillis(400).toNanos());
        }

        assertThat(stalled.over(Duration.ofMillis(100))).isGreaterThan(30);
        assertThat(stalled.failed()).isZero();
    }

    @Test
    void namesTheErrorsOfTheApplication() {
        try (Foreground application = Foreground.start(database, 100, 2, List.of(use("no_such_table")))) {
            assertThat(application.during(Duration.ofMillis(300)).errors().firstKey()).startsWith("42P01");
        }
    }

    @Test
    void takesPercentilesOverAllTransactions() {
        Latencies hundred = Latencies.of(LongStream.rangeClosed(1, 100).map(i -> i * 1_000_000), new TreeMap<>());

        assertThat(hundred.percentile(0.5)).isEqualTo(50);
        assertThat(hundred.percentile(0.99)).isEqualTo(99);
        assertThat(hundred.longest()).isEqualTo(100);
        assertThat(hundred.over(Duration.ofMillis(90))).isEqualTo(10);
    }

    @Test
    void saysWhichGoalsAreMet() {
        assertThat(Goal.table(List.of(Goal.atMost("a", 1, 1), Goal.atMost("b", 1.01, 1), Goal.atLeast("c", 2.5, 2),
                Goal.atLeast("d", 1.5, 2)))).contains("| a | 1.00 | ≤ 1.00 | met |",
                        "| b | 1.01 | ≤ 1.00 | **not met** |", "| c | 2.50 | ≥ 2.00 | met |",
                        "| d | 1.50 | ≥ 2.00 | **not met** |");
        assertThat(Goal.median(3, 1, 2)).isEqualTo(2);
        assertThat(Goal.median(4, 1, 2, 3)).isEqualTo(2.5);
    }

    private static Use use(String table) {
        return new Use("SELECT seen FROM " + table + " WHERE id = ?",
                "UPDATE " + table + " SET seen = seen + 1 WHERE id = ?", 10);
    }
}
