package dev.rubicon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.testing.BenchmarkReport;
import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs by {@code mvn -Pbench verify}: the longest that an application has to wait while the engine carries out DDL behind
 * a transaction of 20 s, and beside a crowd of short ones.
 */
@Tag("bench")
class StallBenchmark {

    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final Duration READER = Duration.ofSeconds(Integer.getInteger("bench.reader", 20));
    private static final Duration ALONE = Duration.ofSeconds(Integer.getInteger("bench.alone", 10));
    private static final Duration ALONE_IN_CROWD = Duration.ofSeconds(3);
    private static final int LANES = Integer.getInteger("bench.lanes", 2);
    private static final Pattern KINDS = Pattern.compile(System.getProperty("bench.kinds", ""));
    private static final String COMPARED = "ADD COLUMN, nullable";
    private static final int PER_SECOND = 200;
    private static final int CONNECTIONS = 8;
    private static final Duration NOTICED = Duration.ofMillis(100);
    private static final Duration BESIDE_A_CROWD = Rubicon.STALL_BUDGET.plusMillis(20);
    private static final double TIMES_ALONE = 1.2;
    private static final double CROWD_SECONDS = 30;
    private static final Duration WARM = Duration.ofMillis(1_500);
    private static final Duration AROUND = Duration.ofMillis(500);
    private static final Duration SHORTEST_LOOK = Duration.ofSeconds(5);

    /** How a statement is carried out. */
    private enum Way {
        RUBICON("Rubicon"), PLAIN("the plain statement"), LOCK_TIMEOUT("`lock_timeout` 1 s, again and again");

        private final String text;

        Way(String text) {
            this.text = text;
        }
    }

    private record Case(Ddl ddl, Way way) {}

    /** @param trouble why the statement did not take effect, or null */
    private record Result(Case of, Latencies alone, Latencies beside, double seconds, @Nullable String trouble) {
        double times() {
            return beside.longest() / alone.longest();
        }
    }

    private interface InTheWay extends AutoCloseable {
        @Override
        void close();
    }

    @Test
    void isNotNoticedByTheApplication() {
        Database filled = Copies.empty();
        Ddl.tables(ROWS).forEach(filled::run);
        warmUp(filled);
        List<Result> behindReader = behindReader(filled);
        List<Result> besideCrowd = besideCrowd(filled);
        BenchmarkReport report = BenchmarkReport.ofThisBuild();
        report.replace(getClass(), "DDL behind a long transaction", readerText(behindReader));
        report.replace(getClass(), "DDL beside a crowd of short transactions", crowdText(besideCrowd));
        assertThat(behindReader).allSatisfy(result -> assertThat(result.trouble).isNull());
        assertThat(besideCrowd).allSatisfy(result -> assertThat(result.trouble).isNull());
    }

    /** The grammar and the driver are loaded by their first use, and no stall is to be blamed on that. */
    private static void warmUp(Database filled) {
        Database copy = Copies.of(filled);
        try (Foreground application = Foreground.start(copy, PER_SECOND, CONNECTIONS, kinds().getFirst().uses());
                Rubicon rubicon = Rubicon.on(copy)) {
            for (int i = 0; i < 20; i++) {
                rubicon.carryOut(Rubicon.order(Rubicon.sql("CREATE TABLE warm_" + i + " (a int)")),
                        new RecordingWatch());
            }
            application.during(SHORTEST_LOOK);
        }
        Copies.drop(copy);
    }

    private static List<Ddl> kinds() {
        return Ddl.kinds(ROWS).stream().filter(ddl -> KINDS.matcher(ddl.name()).find()).toList();
    }

    /** Two databases at a time, each with its application: most of the time is spent waiting for the reader. */
    private static List<Result> behindReader(Database filled) {
        List<Case> cases = new ArrayList<>(kinds().stream().map(ddl -> new Case(ddl, Way.RUBICON)).toList());
        kinds().stream().filter(ddl -> ddl.name().equals(COMPARED)).forEach(ddl -> {
            cases.add(new Case(ddl, Way.PLAIN));
            cases.add(new Case(ddl, Way.LOCK_TIMEOUT));
        });
        Queue<Case> waiting = new ConcurrentLinkedQueue<>(cases);
        Queue<Result> results = new ConcurrentLinkedQueue<>();
        List<Thread> lanes = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            Database copy = Copies.of(filled);
            lanes.add(Thread.ofPlatform().name("lane-" + i).start(() -> lane(copy, waiting, results)));
        }
        lanes.forEach(Moments::await);
        assertThat(results).as("all lanes came to their end").hasSize(cases.size());
        return results.stream().sorted(Comparator.comparing(result -> cases.indexOf(result.of))).toList();
    }

    private static void lane(Database on, Queue<Case> waiting, Queue<Result> results) {
        for (Case next = waiting.poll(); next != null; next = waiting.poll()) {
            Case each = next;
            prepare(on, each);
            results.add(measure(on, each, ALONE, () -> inTheWay(on, each.ddl)));
        }
    }

    private static InTheWay inTheWay(Database on, Ddl ddl) {
        LongTransaction reader = LongTransaction.begin(on, ddl.holders(), READER);
        return reader::close;
    }

    private static List<Result> besideCrowd(Database filled) {
        Database copy = Copies.of(filled);
        List<Result> results = new ArrayList<>();
        for (Ddl ddl : kinds().stream().filter(Ddl::crowded).toList()) {
            Case each = new Case(ddl, Way.RUBICON);
            prepare(copy, each);
            try (Crowd crowd = Crowd.come(copy, ddl.holders())) {
                results.add(measure(copy, each, ALONE_IN_CROWD, () -> () -> {}));
            }
        }
        return results;
    }

    private static Result measure(Database on, Case each, Duration alone, Supplier<InTheWay> inTheWay) {
        try (Foreground application = Foreground.start(on, PER_SECOND, CONNECTIONS, each.ddl.uses());
                Rubicon rubicon = Rubicon.on(on)) {
            application.during(WARM);
            Latencies undisturbed = application.during(alone);
            try (InTheWay holder = inTheWay.get()) {
                long from = System.nanoTime();
                Moments.pass(AROUND);
                long began = System.nanoTime();
                String trouble = trouble(() -> carryOut(on, each, rubicon));
                double seconds = Moments.secondsSince(began);
                Moments.pass(AROUND);
                Moments.pass(Duration.ofNanos(Math.max(0, from + SHORTEST_LOOK.toNanos() - System.nanoTime())));
                return new Result(each, undisturbed, application.between(from, System.nanoTime()), seconds, trouble);
            }
        }
    }

    /** What is compared works on the same kind of object, under a name of its own. */
    private static void prepare(Database on, Case each) {
        if (each.way == Way.RUBICON) {
            each.ddl.before().forEach(on::run);
        }
    }

    private static String sql(Case each) {
        return switch (each.way) {
            case RUBICON -> each.ddl.sql();
            case PLAIN -> each.ddl.sql().replace("c_nullable", "c_plain");
            case LOCK_TIMEOUT -> each.ddl.sql().replace("c_nullable", "c_timeout");
        };
    }

    private static void carryOut(Database on, Case each, Rubicon rubicon) {
        switch (each.way) {
            case RUBICON -> rubicon.carryOut(Rubicon.order(Rubicon.sql(sql(each))), new RecordingWatch());
            case PLAIN -> on.run(sql(each));
            case LOCK_TIMEOUT -> withLockTimeout(on, sql(each));
        }
    }

    private static void withLockTimeout(Database on, String sql) {
        try (Connection connection = DriverManager.getConnection(on.url(), on.user(), on.password());
                Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = '1s'");
            while (!done(statement, sql)) {
                Moments.pass(Duration.ofMillis(100));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean done(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            if ("55P03".equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private static @Nullable String trouble(Runnable work) {
        try {
            work.run();
            return null;
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String readerText(List<Result> results) {
        return """
                An application of %d transactions a second over %d connections reads a row by its key and writes it, in each of
                the relations that the statement works on; latency counts from the moment that a transaction was due. In its
                way stands a transaction of %d s that has read from these relations, or has written where a reader would be in
                nobody's way (foreign keys, triggers). *Alone* is the same application during %d s just before, without the
                statement and the transaction. %,d rows; %d databases at a time, each with its own application. The plain
                statement and the usual loop stand last, for comparison. %s.

                | | done after, s | alone: longest, ms | beside it: p50 / p99, ms | longest, ms | times alone | over 100 ms | errors | ≤ %.1f times or ≤ %d ms |
                |---|---|---|---|---|---|---|---|---|
                %s
                """
                .formatted(PER_SECOND, CONNECTIONS, READER.toSeconds(), ALONE.toSeconds(), ROWS, LANES,
                        Copies.server(), TIMES_ALONE, NOTICED.toMillis(),
                        results.stream().map(StallBenchmark::readerRow).collect(Collectors.joining("\n")));
    }

    private static String readerRow(Result result) {
        boolean met = result.trouble == null
                && result.beside.longest() <= Math.max(TIMES_ALONE * result.alone.longest(), NOTICED.toMillis());
        return row(result, result.of.way == Way.RUBICON ? verdict(met) : "(" + result.of.way.text + ")");
    }

    private static String crowdText(List<Result> results) {
        return """
                The same statements and the same application, beside %d clients whose transactions of 20 ms on these relations
                overlap without a gap. *Alone* has the crowd, but not the statement. The stall budget is %d ms. Left out are
                statements whose locks go with those of readers and writers.

                | | done after, s | alone: longest, ms | beside it: p50 / p99, ms | longest, ms | times alone | over 100 ms | errors | ≤ %d ms, within %.0f s |
                |---|---|---|---|---|---|---|---|---|
                %s
                """
                .formatted(Crowd.CLIENTS, Rubicon.STALL_BUDGET.toMillis(), BESIDE_A_CROWD.toMillis(), CROWD_SECONDS,
                        results.stream().map(StallBenchmark::crowdRow).collect(Collectors.joining("\n")));
    }

    private static String crowdRow(Result result) {
        return row(result, verdict(result.trouble == null && result.seconds <= CROWD_SECONDS
                && result.beside.longest() <= BESIDE_A_CROWD.toMillis()));
    }

    private static String verdict(boolean met) {
        return met ? "met" : "**not met**";
    }

    private static String row(Result result, String verdict) {
        Latencies beside = result.beside;
        return String.format(Locale.ROOT, "| %s | %s | %.0f | %.1f / %.0f | %.0f | %.1f | %d | %s | %s |",
                result.of.ddl.name(),
                result.trouble == null ? "%.1f".formatted(result.seconds) : "failed: " + result.trouble,
                result.alone.longest(), beside.percentile(0.5), beside.percentile(0.99), beside.longest(),
                result.times(), beside.over(NOTICED),
                beside.failed() == 0 ? "0" : beside.failed() + " " + beside.errors().keySet(), verdict);
    }
}
