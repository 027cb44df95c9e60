package dev.rubicon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.BenchmarkReport;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/**
 * Runs by {@code mvn -Pbench verify}: how soon a backfill heeds the speed that a person sets, from the call of the API to
 * the first batch at full speed, and to the last one before it stands still.
 */
@Tag("bench")
@RubiconTest
class SpeedBenchmark {

    private static final int TRIES = Integer.getInteger("bench.tries", 12);
    private static final int ROWS = Integer.getInteger("bench.rows", 4_000_000);
    private static final double GOAL = 1;
    private static final Duration LOOK = Duration.ofMillis(2);
    private static final Duration GIVE_UP = Duration.ofSeconds(10);
    /** Without a batch for so long it stands still. */
    private static final Duration STILL = Duration.ofMillis(1_500);
    private static final int LONGEST_RUN_MILLIS = 600;
    private static final String PLAN = """
            plan: %s
            title: Touch the users
            engine: postgresql
            phases:
              - phase: migrate
                steps:
                  - step: touch
                    backfill: { table: users, set: { touched: '1' }, where: touched = 0 }
                    rollback: { nothing: derived, dataLoss: none }
            """;

    @Autowired
    private Api api;

    @Test
    void heedsTheSpeedWithinASecond() throws SQLException {
        Fleet fleet = new Fleet(api, "speed", 1, ROWS);
        fleet.submit(PLAN.formatted(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        fleet.speed(id, 0);
        fleet.approve(rollout, 0).expect(201);
        fleet.await(id, "a run at work", seen -> seen.at("/targets/0/phases/0/state").asString("").equals("RUNNING"));
        List<Double> toFull = new ArrayList<>();
        List<Double> toStandstill = new ArrayList<>();
        try (Batches batches = Batches.on(fleet.database(fleet.names().getFirst()))) {
            batches.awaitStandstill();
            for (int i = 0; i <= TRIES; i++) {
                double first = seconds(batches::awaitNext, api, id, 1);
                Moments.pass(Duration.ofMillis(ThreadLocalRandom.current().nextInt(LONGEST_RUN_MILLIS)));
                double last = seconds(batches::awaitStandstill, api, id, 0);
                // the first time, the run may not have looked at its table yet
                if (i > 0) {
                    toFull.add(first);
                    toStandstill.add(last);
                }
            }
        }
        assertThat(fleet.rollout(id).path("state").asString()).as("it had work to the end").isEqualTo("RUNNING");
        api.as("operator").post("/rollouts/" + id + "/cancel", Map.of()).expect(202);
        fleet.awaitState(id, "CANCELLED");
        BenchmarkReport.ofThisBuild().replace(getClass(), "The speed knob", text(toFull, toStandstill));
    }

    private interface Seen {
        long at() throws SQLException;
    }

    /** From the call that sets the speed to what is then seen on the target; the call is under way meanwhile. */
    private static double seconds(Seen seen, Api api, long rollout, double speed) throws SQLException {
        long called = System.nanoTime();
        Thread call = Thread.ofVirtual().start(() -> api.as("operator").with("If-Match", "*")
                .patch("/rollouts/" + rollout + "/speed", Map.of("speed", speed)).expect(200));
        double seconds = Math.max(0, seen.at() - called) / 1e9;
        Moments.await(call);
        return seconds;
    }

    /** The batches of a backfill, as they become visible on its target. */
    private record Batches(Connection connection, PreparedStatement look) implements AutoCloseable {

        static Batches on(Database target) throws SQLException {
            Awaitility.await("the first of the backfill's notes")
                    .until(() -> target.value("SELECT to_regclass('rubicon.backfill_range')") != null);
            Connection connection = DriverManager.getConnection(target.url(), target.user(), target.password());
            return new Batches(connection, connection.prepareStatement(
                    "SELECT coalesce(sum(scanned), 0)::bigint + coalesce(sum(changed), 0)::bigint "
                            + "FROM rubicon.backfill_range"));
        }

        private long done() throws SQLException {
            try (ResultSet row = look.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }

        /** The moment at which one more is seen. */
        long awaitNext() throws SQLException {
            long before = done();
            long giveUp = System.nanoTime() + GIVE_UP.toNanos();
            while (done() == before) {
                assertThat(System.nanoTime()).as("a batch came").isLessThan(giveUp);
                Moments.pass(LOOK);
            }
            return System.nanoTime();
        }

        /** The moment at which the last one was seen, once there are no more. */
        long awaitStandstill() throws SQLException {
            long last = System.nanoTime();
            long done = done();
            while (System.nanoTime() - last < STILL.toNanos()) {
                Moments.pass(LOOK);
                long now = done();
                if (now != done) {
                    done = now;
                    last = System.nanoTime();
                }
            }
            return last;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private static String text(List<Double> toFull, List<Double> toStandstill) {
        return """
                A backfill of %,d rows with one lane, carried out by a whole server; %d times its speed is set over the API from
                0 to 1, and after a moment back to 0. Measured from the call to the first batch that is seen on the target, and
                to the last one; the API's own time, with the check of a password, is in it.

                | | fastest, s | median, s | slowest, s | goal | |
                |---|---|---|---|---|---|
                %s
                %s
                """.formatted(ROWS, TRIES, row("standing still, to its first batch at full speed", toFull),
                row("full speed, to its last batch before it stands still", toStandstill));
    }

    private static String row(String what, List<Double> seconds) {
        return String.format(Locale.ROOT, "| %s | %.2f | %.2f | %.2f | ≤ %.0f s | %s |", what, Collections.min(seconds),
                Goal.median(seconds.stream().mapToDouble(Double::doubleValue).toArray()), Collections.max(seconds),
                GOAL, Collections.max(seconds) <= GOAL ? "met" : "**not met**");
    }
}
