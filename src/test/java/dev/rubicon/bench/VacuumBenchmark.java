package dev.rubicon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.bench.Users.Key;
import dev.rubicon.bench.Users.Side;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepWatch.Progress;
import dev.rubicon.testing.BenchmarkReport;
import dev.rubicon.testing.TestPostgres.Database;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs by {@code mvn -Pbench verify}: what a backfill and an autovacuum of its table do to each other. */
@Tag("bench")
class VacuumBenchmark {

    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final List<Side> SIDES = List.of(Side.UPDATE, Side.ONE_LANE, Side.TWO_LANES);

    private final Figures alone = new Figures(new Timings<>(), new Timings<>());
    private final Figures vacuumed = new Figures(new Timings<>(), new Timings<>());

    /** @param growth how many times its size before the table takes afterwards, without its indexes */
    private record Figures(Timings<Side> seconds, Timings<Side> growth) {}

    @Test
    void goesOnBesideAnAutovacuum() {
        Database filled = Users.filled(ROWS, Key.NUMBER);
        SIDES.forEach(side -> Copies.with(filled, copy -> side.fill(copy, new RecordingWatch())));
        List<Side> sides = new ArrayList<>(SIDES);
        for (int round = 0; round < ROUNDS; round++) {
            sides.forEach(side -> Copies.with(filled, copy -> measure(side, copy, alone)));
            Copies.vacuuming(true);
            sides.forEach(side -> Copies.with(filled, copy -> assertThat(vacuumSeen(measure(side, copy, vacuumed)))
                    .as("an autovacuum was seen at work beside " + side).isEqualTo(side != Side.UPDATE)));
            Copies.vacuuming(false);
            Collections.rotate(sides, 1);
        }
        BenchmarkReport.ofThisBuild().replace(getClass(), "Backfills beside an autovacuum", text());
    }

    private static RecordingWatch measure(Side side, Database copy, Figures figures) {
        RecordingWatch watch = new RecordingWatch();
        double before = size(copy);
        figures.seconds.add(side, side.fill(copy, watch));
        figures.growth.add(side, size(copy) / before);
        assertThat(Users.complete(copy)).as("every row was filled").isTrue();
        return watch;
    }

    private static double size(Database copy) {
        return Double.parseDouble(Objects.requireNonNull(copy.value("SELECT pg_relation_size('users')")));
    }

    private static boolean vacuumSeen(RecordingWatch watch) {
        return watch.progress.stream().map(Progress::backfill).filter(Objects::nonNull)
                .flatMap(backfill -> Objects.requireNonNull(backfill.throttle()).stream())
                .anyMatch(gauge -> gauge.name().equals("autovacuum") && gauge.words().startsWith("runs"));
    }

    private String text() {
        return """
                `%s`, %,d rows, as in *Backfills*, on one server:
                %s.
                Beside an autovacuum it is switched on: it looks once a second for tables of which a fifth of the rows is dead,
                and was seen at work beside each backfill. One UPDATE has no dead rows before it ends. Medians of %d rounds; in
                brackets times one UPDATE of the same round. *Size* is how many times its size before the table takes
                afterwards, without its indexes.

                | | s | size | beside an autovacuum, s | size |
                |---|---|---|---|---|
                %s
                """.formatted(Users.SET, ROWS, Copies.server(), ROUNDS, SIDES.stream()
                .map(side -> "| %s | %s | %s |".formatted(side, cells(alone, side), cells(vacuumed, side)))
                .collect(Collectors.joining("\n")));
    }

    private static String cells(Figures figures, Side side) {
        return String.format(Locale.ROOT, "%.2f (%.2f) | %.2f", figures.seconds.median(side),
                figures.seconds.times(side, Side.UPDATE), figures.growth.median(side));
    }
}
