package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.execution.backfill.TestBackfills;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of what a step has left that is rolled back before it took effect. */
class GivenUpTest extends ConcurrentWork {

    private static final Work BUILD = PostgresTarget.sql("CREATE INDEX CONCURRENTLY users_name ON users (name)");
    private static final Work DETACH = PostgresTarget.sql("ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY");
    private static final Work OVER_ALL = new Work.PartitionedIndex("events", "events_id", List.of("id"), false, null);
    private static final Work.Backfill BACKFILL = new Work.Backfill("users", Map.of("touched", "touched + 1"),
            "touched = 0", null, false, null, null, Work.BackfillVerify.FULL, null, 1);

    @BeforeEach
    void makeTables() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, name text, touched int NOT NULL DEFAULT 0)",
                "INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 12000) i",
                "CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id)",
                "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (100)",
                "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id)",
                "CREATE TABLE events_2_a PARTITION OF events_2 FOR VALUES FROM (100) TO (150)",
                "CREATE TABLE events_2_b PARTITION OF events_2 FOR VALUES FROM (150) TO (200)",
                "INSERT INTO events SELECT generate_series(1, 199)");
    }

    private static StepOrder order(Work work) {
        return new StepOrder("plan-a", 1, "sha256:plan", "a", Direction.FORWARD, work, 3, 7, 1,
                "sha256:" + (work instanceof Work.Sql sql ? sql.scripts().getFirst() : work), "20260101000000_a",
                Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMinutes(1));
    }

    private StepOutcome perform(Work work) {
        return perform(work, Direction.FORWARD, Duration.ofMinutes(1));
    }

    private void givesUp(Work work, Consumer<String> told) {
        assertThat(session.tried("plan-a", "a")).as("something is noted").isTrue();
        assertThat(session.giveUp(order(work), watch)).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> told.accept(done.message()));
        assertThat(session.tried("plan-a", "a")).as("nothing is noted any more").isFalse();
    }

    @Test
    void dropsTheIndexThatABrokenBuildLeftInvalid() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET touched = 0 WHERE id = 1")) {
            breakOff(() -> perform(BUILD), () -> exists("users_name"));
        }
        assertThat(valid("users_name")).isFalse();

        givesUp(BUILD, message -> assertThat(message).contains("users_name", "dropped"));
        assertThat(exists("users_name")).isFalse();
        assertThat(session.ledger("plan-a")).isEmpty();
    }

    @Test
    void recordsWhatWasDoneAndCouldNotBeSaidSoThatItIsUndoneAsPlanned() {
        try (PostgresTarget.Open other = on.transaction("LOCK TABLE rubicon.ledger IN EXCLUSIVE MODE")) {
            assertThat(perform(BUILD)).isInstanceOf(StepOutcome.Waiting.class);
        }
        assertThat(session.ledger("plan-a")).isEmpty();

        givesUp(BUILD, message -> assertThat(message).contains("valid"));
        assertLedger(Direction.FORWARD);
        assertThat(valid("users_name")).isTrue();
    }

    @Test
    void waitsForABuilderThatMayStillBeAtWork() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET touched = 0 WHERE id = 1")) {
            breakOff(() -> perform(BUILD), () -> exists("users_name"));
        }
        try (PostgresTarget.Open builder = on.transaction("LOCK TABLE users IN SHARE UPDATE EXCLUSIVE MODE")) {
            assertThat(session.giveUp(order(BUILD), watch)).isInstanceOf(StepOutcome.Waiting.class);
            assertThat(exists("users_name")).isTrue();
        }
    }

    @Test
    void takesAnUnfinishedIndexOverPartitionsAway() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE events_2_b SET id = 151 WHERE id = 151")) {
            breakOff(() -> perform(OVER_ALL), () -> exists("events_2_b_events_id"));
        }
        assertThat(exists("events_1_events_id")).isTrue();

        givesUp(OVER_ALL, message -> assertThat(message).contains("events_id", "dropped with its parts"));
        assertThat(on.value("SELECT count(*) FROM pg_class WHERE relkind IN ('i', 'I') AND relname LIKE '%events%'"))
                .isEqualTo("0");
        assertThat(session.ledger("plan-a")).isEmpty();
    }

    @Test
    void namesAnUnfinishedIndexThatWouldTakeAnotherAlong() {
        on.database.run("CREATE INDEX elder ON events_1 (id)");
        try (PostgresTarget.Open writer = on.transaction("UPDATE events_2_b SET id = 151 WHERE id = 151")) {
            breakOff(() -> perform(OVER_ALL), () -> exists("events_2_b_events_id"));
        }

        givesUp(OVER_ALL, message -> assertThat(message).contains("stays", "public.elder"));
        assertThat(valid("elder")).isTrue();
        assertThat(exists("events_id")).isTrue();
    }

    @Test
    void finishesADetachThatCannotBeTakenBackSoThatItIsUndoneAsPlanned() {
        try (PostgresTarget.Open reader = on.transaction("SELECT count(*) FROM events")) {
            breakOff(() -> perform(DETACH),
                    () -> on.value("SELECT bool_or(inhdetachpending) FROM pg_inherits").equals("true"));
        }

        givesUp(DETACH, message -> assertThat(message).contains("finalized"));
        assertLedger(Direction.FORWARD);
    }

    /** @return rows changed until then */
    private String breaksOff(Work.Backfill backfill) {
        watch.signal = () -> "0".equals(on.value("SELECT count(*) FROM users WHERE touched = 1"))
                ? Signal.GO_ON
                : Signal.PAUSE;
        assertThat(TestBackfills.perform(session, order(backfill), watch)).isInstanceOf(StepOutcome.Stopped.class);
        watch.signal = () -> Signal.GO_ON;
        return on.value("SELECT count(*) FROM users WHERE touched = 1");
    }

    @Test
    void refusesABackfillThatWouldChangeRowsOfAGivenUpOneTwiceUntilAPersonSaysThatTheyAreBack() {
        Work.Backfill adding = new Work.Backfill("users", Map.of("touched", "touched + 1"), null, null, false, null,
                null, Work.BackfillVerify.NONE, null, 1);
        String changed = breaksOff(adding);
        givesUp(adding, message -> assertThat(message).contains(changed + " rows", "refused until"));

        assertThat(TestBackfills.perform(session, order(adding), watch)).isInstanceOfSatisfying(
                StepOutcome.Failed.class, failed -> {
                    assertThat(failed.cause()).isEqualTo("given-up-before");
                    assertThat(failed.message()).contains(changed + " rows", "direction = 'given up'");
                });
        assertThat(on.value("SELECT count(*) FROM users WHERE touched = 1")).isEqualTo(changed);

        on.database.run("UPDATE users SET touched = 0", "DELETE FROM rubicon.backfill_cursor "
                + "WHERE plan = 'plan-a' AND step = 'a' AND direction = 'given up'");
        assertThat(TestBackfills.perform(session, order(adding), watch)).isInstanceOf(StepOutcome.Done.class);
        assertThat(on.value("SELECT count(*) FROM users WHERE touched = 1")).isEqualTo("12000");
    }

    @Test
    void saysHowManyRowsABackfillHadChanged() {
        String changed = breaksOff(BACKFILL);

        givesUp(BACKFILL, message -> assertThat(message).contains(changed + " rows", "stay so"));
        assertThat(on.value("SELECT count(*) FROM users WHERE touched = 1")).isEqualTo(changed);
    }

    @Test
    void leavesAnIndexAloneThatWasThereBefore() {
        on.database.run("CREATE INDEX users_name ON users (name)");
        assertThat(session.tried("plan-a", "a")).isFalse();
        assertThat(session.giveUp(order(BUILD), watch)).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.message()).contains("nothing to undo"));
        assertThat(valid("users_name")).isTrue();
        assertThat(session.ledger("plan-a")).isEmpty();
    }
}
