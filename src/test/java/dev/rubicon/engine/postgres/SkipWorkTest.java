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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which steps an operator may leave out, and what stands in the ledger for it. */
class SkipWorkTest extends ConcurrentWork {

    private static final String BUILD = "CREATE INDEX CONCURRENTLY users_name ON users (name)";
    private static final String DROP = "DROP INDEX CONCURRENTLY users_name";
    private static final Work.Backfill BACKFILL = new Work.Backfill("users", Map.of("touched", "touched + 1"),
            "touched = 0", null, false, null, null, Work.BackfillVerify.FULL, null, 1);

    @BeforeEach
    void makeTable() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, name text, touched int NOT NULL DEFAULT 0)",
                "INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 12000) i");
    }

    private static StepOrder order(Work work) {
        return new StepOrder("plan-a", 1, "sha256:plan", "a", Direction.FORWARD, work, 3, 7, 1,
                "sha256:" + (work instanceof Work.Sql sql ? sql.scripts().getFirst() : work), "20260101000000_a",
                Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMinutes(1));
    }

    private StepOutcome skip(Work work) {
        return session.perform(order(work).skipped(Direction.SKIP, "operator: by hand"), watch);
    }

    private StepOutcome skip(String sql) {
        return skip(PostgresTarget.sql(sql));
    }

    private void refused(StepOutcome outcome, String... words) {
        assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("partly-done");
            assertThat(failed.message()).startsWith("Not skipped").contains(words);
        });
        assertThat(session.ledger("plan-a")).isEmpty();
    }

    private void skipped(StepOutcome outcome) {
        assertThat(outcome).isInstanceOf(StepOutcome.Done.class);
        assertLedger(Direction.SKIP);
        assertThat(on.value("SELECT note FROM rubicon.ledger")).isEqualTo("operator: by hand");
    }

    private void intent(String checksum, String object) {
        on.database.run("INSERT INTO rubicon.index_intent (plan, step, direction, checksum, fence, object, present) "
                + "VALUES ('plan-a', 'a', 'forward', 'sha256:" + checksum + "', 1, '" + object + "', false)");
    }

    private void halfBuilt() {
        on.database.run("CREATE INDEX users_name ON users (name)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_name'::regclass");
        intent(BUILD, "users_name");
    }

    private void stopABackfillHalfWay() {
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 2) {
                watch.signal = () -> Signal.PAUSE;
            }
        };
        assertThat(TestBackfills.perform(session, order(BACKFILL), watch, Duration.ofMillis(50), 1))
                .isInstanceOf(StepOutcome.Stopped.class);
        watch.signal = () -> Signal.GO_ON;
        watch.beforeBatch = () -> {};
    }

    @Test
    void refusesABackfillThatIsHalfDone() {
        stopABackfillHalfWay();
        String changed = on.value("SELECT count(*) FROM users WHERE touched = 1");
        assertThat(Integer.parseInt(changed)).isPositive().isLessThan(12_000);

        refused(skip(BACKFILL), changed + " rows are changed already", "Retry");
        assertThat(on.value("SELECT sum(changed) FROM rubicon.backfill_range")).isEqualTo(changed);
        assertThat(TestBackfills.perform(session, order(BACKFILL), watch, Duration.ofMillis(50), 1))
                .isInstanceOf(StepOutcome.Done.class);
        assertThat(on.value("SELECT min(touched) || '|' || max(touched) FROM users")).isEqualTo("1|1");
    }

    @Test
    void refusesABackfillThatIsHalfDoneAlsoWhereItIsAskedForRanges() {
        stopABackfillHalfWay();

        refused(TestBackfills.perform(session, order(BACKFILL).skipped(Direction.SKIP, "operator: by hand"), watch,
                Duration.ofMillis(50), 1), "rows are changed already");
    }

    @Test
    void skipsABackfillThatIsNotBegun() {
        skipped(skip(BACKFILL));
        assertThat(on.value("SELECT count(*) FROM users WHERE touched <> 0")).isEqualTo("0");
    }

    @Test
    void refusesAnIndexThatIsHalfBuilt() {
        halfBuilt();

        refused(skip(BUILD), "users_name", "unfinished and invalid", "DROP INDEX CONCURRENTLY");
        assertThat(exists("users_name")).isTrue();
    }

    @Test
    void skipsAnIndexOnceItsHalfIsDroppedByHand() {
        halfBuilt();
        refused(skip(BUILD), "by hand, then skip");
        on.database.run("DROP INDEX users_name");

        skipped(skip(BUILD));
    }

    @Test
    void refusesAnIndexThatIsBuiltAndNotYetRecorded() {
        on.database.run("CREATE INDEX users_name ON users (name)");
        intent(BUILD, "users_name");

        refused(skip(BUILD), "there and valid", "Retry");
        assertThat(perform(BUILD)).isInstanceOf(StepOutcome.Done.class);
        assertLedger(Direction.FORWARD);
    }

    @Test
    void skipsAnIndexThatSomebodyElseBuilt() {
        on.database.run("CREATE INDEX users_name ON users (name)");

        skipped(skip(BUILD));
        assertThat(valid("users_name")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gone        | is gone
            half gone   | unfinished and invalid
            """)
    void refusesADropThatHasBegun(String left, String words) {
        if (left.equals("half gone")) {
            halfBuilt();
            on.database.run("DELETE FROM rubicon.index_intent");
        }
        intent(DROP, "users_name");

        refused(skip(DROP), words);
    }

    @Test
    void skipsADropThatHasNotTakenAnything() {
        on.database.run("CREATE INDEX users_name ON users (name)");
        intent(DROP, "users_name");

        skipped(skip(DROP));
        assertThat(valid("users_name")).isTrue();
    }

    @Test
    void refusesAPartitionedIndexOfWhichAPartIsBuilt() {
        Work work = new Work.PartitionedIndex("users", "users_name", List.of("name"), false, null);
        on.database.run("CREATE INDEX users_name ON users (name)");
        intent(work.toString(), "users_name");

        refused(skip(work), "part of index users_name", "Retry");
    }

    @Test
    void skipsAPartitionedIndexThatIsNotBegun() {
        skipped(skip(new Work.PartitionedIndex("users", "users_name", List.of("name"), false, null)));
    }

    @Test
    void refusesADetachThatIsMarkedAndNotFinalized() {
        String detach = "ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY";
        on.database.run("CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id)",
                "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (100)");
        try (PostgresTarget.Open reader = on.transaction("SELECT count(*) FROM events")) {
            breakOff(() -> perform(detach),
                    () -> on.value("SELECT bool_or(inhdetachpending) FROM pg_inherits").equals("true"));
        }

        refused(skip(detach), "events_1", "cannot be undone", "Retry");
        on.database.run("ALTER TABLE events DETACH PARTITION events_1 FINALIZE");
        refused(skip(detach), "is detached", "Retry");
        assertThat(perform(detach)).isInstanceOf(StepOutcome.Done.class);
        assertLedger(Direction.FORWARD);
    }

    @Test
    void skipsAStatementOfWhichNobodyCanTellWhatBecameOfIt() {
        String create = "CREATE DATABASE doubt_" + on.database.name();
        intent(create, "doubt");
        on.database.run(create);
        assertThat(perform(create)).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("in-doubt");
            assertThat(failed.message()).contains("skip the step");
        });

        skipped(skip(create));
    }
}
