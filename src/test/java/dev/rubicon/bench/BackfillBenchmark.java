package dev.rubicon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.bench.Users.Key;
import dev.rubicon.bench.Users.Side;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.testing.BenchmarkReport;
import dev.rubicon.testing.TestPostgres.Database;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs by {@code mvn -Pbench verify}: how fast the engine backfills, beside the ways that people use, and what an
 * application notices of it. Every side of every round starts from a fresh copy of the same database.
 */
@Tag("bench")
class BackfillBenchmark {

    private static final int MILLION = 1_000_000;
    private static final List<Integer> SIZES = Arrays
            .stream(System.getProperty("bench.sizes", "100000,1000000").split(",")).map(Integer::valueOf).sorted()
            .toList();
    private static final int MEDIUM = SIZES.stream().filter(rows -> rows <= MILLION).max(Integer::compare)
            .orElse(SIZES.getFirst());
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int LARGE_ROUNDS = Math.max(1, ROUNDS - 2);
    private static final int UUID_ROUNDS = Math.max(1, ROUNDS - 1);
    private static final Duration ALONE = Duration.ofSeconds(Integer.getInteger("bench.alone", 8));
    private static final int PER_SECOND = 200;
    private static final int CONNECTIONS = 8;
    private static final Duration WARM = Duration.ofMillis(1_500);
    private static final int KILLS = 3;
    /** So that the code that is measured is compiled, as in a server that has run for a while. */
    private static final int WARM_ROWS = 100_000;
    private static final Neighbour ONE_LANE = Neighbour.filling(Side.ONE_LANE, false);
    private static final Neighbour TWO_LANES = Neighbour.filling(Side.TWO_LANES, false);
    private static final List<Neighbour> NEIGHBOURS = List.of(ONE_LANE, Neighbour.computing("one session", 1),
            TWO_LANES, Neighbour.computing("two sessions", 2), Neighbour.filling(Side.ONE_LANE, true),
            Neighbour.filling(Side.TWO_LANES, true), Neighbour.filling(Side.BARE, false),
            Neighbour.filling(Side.UPDATE, false));
    /** As many of them are measured in each round; what the others show is plain enough in one. */
    private static final int IN_EACH_ROUND = 4;

    private final Map<String, Database> originals = new TreeMap<>();
    private final SortedMap<Integer, Timings<Side>> bySize = new TreeMap<>();
    private final SortedMap<Integer, List<Foretold.Verdict>> foretoldBySize = new TreeMap<>();
    private final Timings<Side> byUuid = new Timings<>();
    private final Timings<Boolean> resumed = new Timings<>();
    private double loadAtFirst;
    private final List<Beside> beside = new ArrayList<>();

    /**
     * Who is at work beside an application, which may be on another table.
     *
     * @param work what it does to a copy, and how many seconds that took
     * @param fills whether every row is filled then
     */
    private record Neighbour(String name, ToDoubleFunction<Database> work, boolean fills, boolean apart) {

        static Neighbour filling(Side side, boolean apart) {
            return new Neighbour(side + (apart ? ", the application on another table" : ""),
                    copy -> side.fill(copy, new RecordingWatch()), true, apart);
        }

        static Neighbour computing(String who, int sessions) {
            return new Neighbour("no backfill: " + who + " only computing", copy -> Computing.on(copy, sessions), false,
                    false);
        }
    }

    /** An application alone, and then while a neighbour is at work. */
    private record Beside(Neighbour neighbour, double seconds, Latencies alone, Latencies during) {
        double times() {
            return during.percentile(0.99) / alone.percentile(0.99);
        }
    }

    @Test
    void isAGuestAtTheSpeedOfTheMachine() {
        for (Side side : Side.values()) {
            filled(WARM_ROWS, Key.NUMBER, copy -> side.fill(copy, new RecordingWatch()));
        }
        // nor is the first of this size the one that makes the files of the server's log
        for (Side side : List.of(Side.ONE_LANE, Side.TWO_LANES)) {
            filled(MEDIUM, Key.NUMBER, copy -> side.fill(copy, new RecordingWatch()));
        }
        loadAtFirst = load();
        for (int round = 0; round < ROUNDS; round++) {
            round(round);
        }
        BenchmarkReport.ofThisBuild().replace(getClass(), "Backfills", text());
    }

    /** The large sizes take minutes, and their ratios scatter less. */
    private void round(int round) {
        for (int rows : SIZES) {
            if (rows <= MILLION || round < LARGE_ROUNDS) {
                Timings<Side> timings = bySize.computeIfAbsent(rows, none -> new Timings<>());
                rotated(round, Side.values()).forEach(side -> filled(rows, Key.NUMBER, copy -> {
                    Foretold foretold = new Foretold();
                    timings.add(side, side.fill(copy, foretold.watch()));
                    if (side == Side.ONE_LANE) {
                        foretoldBySize.computeIfAbsent(rows, none -> new ArrayList<>()).addAll(foretold.verdicts());
                    }
                }));
            }
        }
        if (round < UUID_ROUNDS) {
            rotated(round, Side.UPDATE, Side.LOOP, Side.ONE_LANE, Side.TWO_LANES)
                    .forEach(side -> filled(MEDIUM, Key.UUID,
                            copy -> byUuid.add(side, side.fill(copy, new RecordingWatch()))));
        }
        rotated(round, true, false).forEach(killed -> filled(MEDIUM, Key.NUMBER,
                copy -> resumed.add(killed, startedAndKilled(copy, killed ? KILLS : 0))));
        NEIGHBOURS.stream().limit(round > 0 ? IN_EACH_ROUND : NEIGHBOURS.size()).forEach(each -> {
            Work work = copy -> beside.add(besideApplication(each, copy));
            if (each.fills) {
                filled(MEDIUM, Key.NUMBER, work);
            } else {
                onCopy(MEDIUM, Key.NUMBER, work);
            }
        });
    }

    /** Whoever comes first finds another machine than whoever comes last. */
    @SafeVarargs
    private static <T> List<T> rotated(int by, T... values) {
        List<T> list = new ArrayList<>(List.of(values));
        Collections.rotate(list, by);
        return list;
    }

    /** Programs that ran or waited for a processor in the last minute, on average. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private interface Work {
        void on(Database copy);
    }

    private void onCopy(int rows, Key key, Work work) {
        Copies.with(originals.computeIfAbsent(key + " " + rows, none -> Users.filled(rows, key)), work::on);
    }

    /** With work after which every row is filled. */
    private void filled(int rows, Key key, Work work) {
        onCopy(rows, key, copy -> {
            work.on(copy);
            assertThat(Users.complete(copy)).as("every row was filled").isTrue();
        });
    }

    /** All sessions of the run are ended in the midst of a batch, and a new run takes the target; every start counts. */
    private static double startedAndKilled(Database copy, int times) {
        StepOrder order = Users.order(1);
        long began = System.nanoTime();
        StepOutcome outcome = new StepOutcome.Lost("not begun");
        for (int kills = 0; !(outcome instanceof StepOutcome.Done); kills++) {
            assertThat(outcome).isInstanceOf(StepOutcome.Lost.class);
            long at = kills < times ? (long) MEDIUM * (kills + 1) / (times + 1) : Long.MAX_VALUE;
            RecordingWatch watch = new RecordingWatch();
            watch.onProgress = progress -> killAt(copy, at, progress.changed());
            try (Rubicon rubicon = Rubicon.on(copy)) {
                outcome = rubicon.perform(order, watch);
            }
        }
        return Moments.secondsSince(began);
    }

    private static void killAt(Database copy, long at, long changed) {
        if (changed >= at) {
            copy.value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    + "WHERE datname = current_database() AND application_name LIKE 'rubicon%'");
        }
    }

    private static Beside besideApplication(Neighbour neighbour, Database copy) {
        String table = neighbour.apart ? Users.apart(copy) : "users";
        try (Foreground application = Foreground.start(copy, PER_SECOND, CONNECTIONS,
                Users.application(table, MEDIUM))) {
            application.during(WARM);
            Latencies alone = application.during(ALONE);
            long from = System.nanoTime();
            double seconds = neighbour.work.applyAsDouble(copy);
            return new Beside(neighbour, seconds, alone, application.between(from, System.nanoTime()));
        }
    }

    private String text() {
        return """
                `%s` over a table with a primary key, two more indexes and
                about 190 bytes a row, on one server: %s.
                Each side of each of %d rounds (random key: %d, above a million rows: %d) starts from a fresh copy of the
                same files after a checkpoint, and the sides take turns in coming first. Seconds are medians; ratios are
                medians of the ratios of single rounds. The machine's load was %.1f when the first round began and %.1f when
                the last was over: where that is more than about 2, others were at work on it.

                ### Goals

                %s

                ### Seconds, and times one UPDATE

                The last row is what the machine bears: two connections send the changes of the batches and a sweep, and
                nothing else: no fence, no cursor, no look at the target.

                %s

                ### Beside an application

                %d transactions a second over %d connections, each reads a row by its key and writes it; latency counts from
                the moment that a transaction was due. %,d rows. *Alone* is the same application during %d s just before.
                An application on another table meets no row of the backfill: what it feels is the share of the processors
                and of the disk that any work as quick takes. Sessions that *only compute* touch no row, no page and no log:
                beside them it waits for a processor, and for nothing else.

                | | at work, s | alone: p50 / p99 / longest, ms | beside it: p50 / p99 / longest, ms | p99, times alone |
                |---|---|---|---|---|
                %s

                ### The end, as foretold

                Rubicon with one lane told several times a second, in a range of seconds, when it would end. How often the end
                came within the range, and by how much the range's middle was wrong, as a share of the whole time; from the
                first tenth of the time on:

                | rows | tellings | end within the range | middle wrong by: median | nine of ten within | worst |
                |---|---|---|---|---|---|
                %s
                """.formatted(Users.SET, Copies.server(), ROUNDS, UUID_ROUNDS, LARGE_ROUNDS, loadAtFirst, load(),
                Goal.table(goals()), seconds(), PER_SECOND,
                CONNECTIONS, MEDIUM, ALONE.toSeconds(), besideRows(), foretoldRows());
    }

    private List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        bySize.tailMap(MILLION).forEach((rows, timings) -> {
            goals.add(Goal.atMost("one lane / one UPDATE, " + named(rows), timings.times(Side.ONE_LANE, Side.UPDATE),
                    1.0));
            goals.add(Goal.atMost("two lanes / one UPDATE, " + named(rows), timings.times(Side.TWO_LANES, Side.UPDATE),
                    0.6));
        });
        perRow(goals);
        loops(goals, 100_000, Side.ONE_LANE, 2);
        loops(goals, 4 * MILLION, Side.ONE_LANE, 1.4);
        loops(goals, 4 * MILLION, Side.TWO_LANES, 2.2);
        goals.add(Goal.atMost("killed %d times / uninterrupted, %s".formatted(KILLS, named(MEDIUM)),
                resumed.times(true, false), 1.05));
        Stream.of(ONE_LANE, TWO_LANES).forEach(neighbour -> goals.add(Goal.atMost(
                "p99 of the application beside it / alone: " + neighbour.name, median(neighbour, Beside::times), 1.2)));
        return goals;
    }

    private void perRow(List<Goal> goals) {
        Timings<Side> one = bySize.get(MILLION);
        Timings<Side> four = bySize.get(4 * MILLION);
        if (one != null && four != null) {
            Stream.of(Side.ONE_LANE, Side.TWO_LANES)
                    .forEach(side -> goals.add(Goal.atMost("time per row at 4M / at 1M: "
                            + side, four.median(side) / 4 / one.median(side), 1.1)));
        }
    }

    private void loops(List<Goal> goals, int rows, Side side, double atLeast) {
        Timings<Side> timings = bySize.get(rows);
        if (timings != null) {
            Stream.of(Side.LOOP, Side.LOOP_SKIPPING).forEach(loop -> goals.add(Goal.atLeast("%s / %s, %s".formatted(
                    loop == Side.LOOP ? "loop" : "loop with SKIP LOCKED", side, named(rows)),
                    timings.times(loop, side), atLeast)));
        }
    }

    private static String named(int rows) {
        return String.format(Locale.ROOT, "%,d rows", rows);
    }

    private String seconds() {
        String head = bySize.keySet().stream().map(BackfillBenchmark::named).collect(Collectors.joining(" | "));
        return "| | " + head + " | " + named(MEDIUM) + ", random UUID |\n|---|" + "---|".repeat(bySize.size() + 1)
                + "\n"
                + Arrays.stream(Side.values()).map(side -> "| " + side + " | "
                        + Stream.concat(bySize.values().stream(), Stream.of(byUuid)).map(timings -> cell(timings, side))
                                .collect(Collectors.joining(" | "))
                        + " |").collect(Collectors.joining("\n"));
    }

    private static String cell(Timings<Side> timings, Side side) {
        return timings.has(side)
                ? String.format(Locale.ROOT, "%.2f (%.2f)", timings.median(side), timings.times(side, Side.UPDATE))
                : "–";
    }

    private String besideRows() {
        return NEIGHBOURS.stream().map(who -> String.format(Locale.ROOT, "| %s | %.1f | %s | %s | %.2f |", who.name,
                median(who, Beside::seconds), latencies(who, Beside::alone), latencies(who, Beside::during),
                median(who, Beside::times))).collect(Collectors.joining("\n"));
    }

    private String latencies(Neighbour who, Function<Beside, Latencies> when) {
        return String.format(Locale.ROOT, "%.1f / %.1f / %.0f",
                median(who, each -> when.apply(each).percentile(0.5)),
                median(who, each -> when.apply(each).percentile(0.99)),
                median(who, each -> when.apply(each).longest()));
    }

    private double median(Neighbour who, ToDoubleFunction<Beside> figure) {
        return Goal.median(beside.stream().filter(each -> each.neighbour.equals(who)).mapToDouble(figure).toArray());
    }

    private String foretoldRows() {
        return foretoldBySize.entrySet().stream().map(each -> {
            double[] errors = each.getValue().stream().mapToDouble(Foretold.Verdict::off).sorted().toArray();
            long held = each.getValue().stream().filter(Foretold.Verdict::held).count();
            return errors.length == 0
                    ? "| %,d | 0 | | | | |".formatted(each.getKey())
                    : String.format(Locale.ROOT, "| %,d | %d | %.0f %% | %.0f %% | %.0f %% | %.0f %% |", each.getKey(),
                            errors.length, 100.0 * held / errors.length, 100 * Goal.median(errors),
                            100 * errors[(errors.length - 1) * 9 / 10],
                            100 * errors[errors.length - 1]);
        }).collect(Collectors.joining("\n"));
    }
}
