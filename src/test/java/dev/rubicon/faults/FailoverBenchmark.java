package dev.rubicon.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.BenchmarkReport;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs by {@code mvn -Pbench verify}: how long a step stands still when the node that does it is killed with kill -9, until
 * the other node's first statement of that step; and that nothing is lost or doubled by it.
 */
@Tag("bench")
class FailoverBenchmark {

    private static final int KILLS = Integer.getInteger("bench.kills", 5);
    private static final Duration LEASE = Duration.ofSeconds(Integer.getInteger("bench.lease", 8));
    private static final int ROWS = 50_000;
    private static final double GOAL = 2;

    private final Random random = new Random(64);
    private int number;

    /** What is under way when the node dies. */
    private enum Work {
        TRANSACTION("in a transaction", "sql: INSERT INTO users SELECT -1 FROM pg_sleep(5);", "pg_sleep"), BACKFILL(
                "in a backfill",
                "backfill: { table: users, set: { name: \"'x'\", touched: touched + 1 }, where: name IS NULL }",
                "UPDATE"), BUILD("in a concurrent build", "sql: CREATE INDEX CONCURRENTLY users_name ON users (name);",
                        "CREATE INDEX");

        private final String words;
        private final String step;
        private final String statement;

        Work(String words, String step, String statement) {
            this.words = words;
            this.step = step;
            this.statement = statement;
        }
    }

    /** Times in leases. */
    private record Result(Work work, List<Double> times) {

        String row() {
            List<Double> sorted = times.stream().sorted().toList();
            return String.format(Locale.ROOT, "| killed %s | %d | %.2f | %.2f | %.2f | ≤ %.0f |", work.words,
                    times.size(),
                    sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast(), GOAL);
        }
    }

    @Test
    void goesOnOnAnotherNodeWithinTwoLeases(@TempDir Path folder) throws Exception {
        List<Result> results = new ArrayList<>();
        try (Cluster cluster = new Cluster(folder, 1, 2, LEASE)) {
            for (Work work : Work.values()) {
                List<Double> times = new ArrayList<>();
                for (int i = 0; i < KILLS; i++) {
                    times.add(killed(cluster, work).toMillis() / (double) LEASE.toMillis());
                    System.out.printf(Locale.ROOT, "killed %s: %.2f leases%n", work.words, times.getLast());
                }
                results.add(new Result(work, times));
            }
        }
        BenchmarkReport.ofThisBuild().replace(getClass(), "A node is killed", text(results));
        assertThat(results).allSatisfy(result -> assertThat(result.times).allMatch(time -> time <= GOAL));
    }

    private Duration killed(Cluster cluster, Work work) throws SQLException, InterruptedException {
        cluster.nodes().stream().filter(node -> !node.runs()).forEach(Node::start);
        Crossing crossing = Crossing.open(cluster, "failover-" + ++number, 1, ROWS, 0.05, work.step);
        Duration still;
        // an old snapshot keeps a concurrent build from its end, and nothing else
        try (Connection holder = crossing.holder()) {
            crossing.start();
            Node doomed = crossing.awaitStatement(work.statement);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(3000));
            doomed.kill();
            still = untilTheNextStatement(crossing);
            holder.rollback();
        }
        crossing.speed(1);
        crossing.await("DONE");
        crossing.holds();
        assertThat(crossing.value("SELECT min(touched) || '|' || max(touched) FROM users WHERE id > 0"))
                .isEqualTo(work == Work.BACKFILL ? "1|1" : "0|0");
        return still;
    }

    /** By the clock of the target's server, from now to the first statement of a session that began after now. */
    private static Duration untilTheNextStatement(Crossing crossing) {
        double killed = crossing.target().jdbc().sql("SELECT extract(epoch FROM clock_timestamp())::float8")
                .query(Double.class).single();
        Optional<Double> begun = Awaitility.await("the next statement").atMost(LEASE.multipliedBy(6))
                .pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10))
                .until(() -> firstStatement(crossing, killed), Optional::isPresent);
        return Duration.ofMillis((long) (1000 * (begun.orElseThrow() - killed)));
    }

    private static Optional<Double> firstStatement(Crossing crossing, double after) {
        return crossing.target().jdbc().sql("""
                SELECT extract(epoch FROM min(query_start))::float8 FROM pg_stat_activity
                 WHERE application_name LIKE 'rubicon run/% step/%' AND datname = current_database()
                   AND backend_start > to_timestamp(?)
                """).param(after).query((row, n) -> Optional.ofNullable((Double) row.getObject(1, Double.class)))
                .single();
    }

    private static String text(List<Result> results) {
        return """
                Two nodes on one control database with a lease of %d s; the one whose worker does the step is killed with
                kill -9 at a random moment of it. Measured from there to the first statement of the step by the other node,
                in multiples of the lease. Afterwards an independent checker finds each step in the ledger exactly once,
                each row changed exactly once, no invalid index, no session left behind and no event missing.

                | | kills | best | median | worst | goal |
                |---|---|---|---|---|---|
                %s
                """.formatted(LEASE.toSeconds(), results.stream().map(Result::row).collect(Collectors.joining("\n")));
    }
}
