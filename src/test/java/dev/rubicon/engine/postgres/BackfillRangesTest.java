package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Progress;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.backfill.TestBackfills;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lanes, rows that others hold, rows that cannot be changed, partitions, and deaths at any batch. */
class BackfillRangesTest {

    private static final int ROWS = 60_000;
    /** They fill their last block: into room further on rows would move, to be looked at a second time. */
    private static final int FULL_BLOCKS = 226 * 265;
    private static final String NO_ROOM_BY_OTHERS = "ALTER TABLE users SET (autovacuum_enabled = off)";

    private final PostgresTarget on = new PostgresTarget() {
    };
    private final RecordingWatch watch = new RecordingWatch();
    private TargetSession session;

    @BeforeEach
    void open() {
        session = on.engine().open(on.newTarget(), new Claim(7, "node-a"));
    }

    @AfterEach
    void close() {
        session.close();
    }

    private static Work.Backfill set(String value, @Nullable String where, int lanes) {
        return new Work.Backfill("users", Map.of("n", value), where, null, false, null, null, Work.BackfillVerify.FULL,
                null, lanes);
    }

    private StepOutcome perform(Work.Backfill work) {
        return TestBackfills.perform(session, order(work), watch, Duration.ofMillis(20), work.lanes());
    }

    private static StepOrder order(Work.Backfill work) {
        return new StepOrder("plan-a", 1, "sha256:plan", "a", Direction.FORWARD, work, 3, 7, 1, "sha256:" + work,
                "20260101000000_a", Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMinutes(1));
    }

    private void users(int rows, String more) {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, n int DEFAULT 0" + more + ")",
                "INSERT INTO users SELECT i FROM generate_series(1, " + rows + ") i", "ANALYZE users");
    }

    private void assertDone(StepOutcome outcome, long rows) {
        assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.rows()).isEqualTo(rows));
        assertThat(session.ledger("plan-a")).hasSize(1);
        assertThat(on.value("SELECT count(*) FROM rubicon.backfill_range")).isEqualTo("0");
    }

    @Test
    void worksInLanesSideBySide() {
        users(ROWS, "");
        on.database.run("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN WHILE NEW.id % 20000 = 5 AND NOT EXISTS (SELECT FROM effect) LOOP "
                + "PERFORM pg_sleep(0.1); END LOOP; RETURN NEW; END'",
                "CREATE TRIGGER slow BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION slow()");
        CompletableFuture<StepOutcome> running = on.meanwhile(() -> perform(set("n + 1", null, 2)));
        await().until(() -> on.value("""
                SELECT count(*) FROM pg_stat_activity
                WHERE wait_event = 'PgSleep' AND application_name LIKE 'rubicon run/7 %'
                  AND datname = current_database()""").equals("2"));
        on.database.run("INSERT INTO effect VALUES ('awake')");

        assertDone(running.join(), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
        assertThat(watch.progress.getFirst().backfill()).isNotNull()
                .satisfies(seen -> assertThat(seen.lanes()).isEqualTo(2));
    }

    @ParameterizedTest
    @CsvSource({"1, n = 0, true", "3, n = 0, true", "1,, true", "2,, true", "1, n = 0, false", "2, n = 0, false"})
    void losesAndDoublesNothingHoweverOftenItDies(int lanes, @Nullable String where, boolean key) {
        users(ROWS, ", m int");
        if (!key) {
            on.database.run("ALTER TABLE users DROP CONSTRAINT users_pkey");
        }
        Random random = new Random(42 + lanes);
        AtomicInteger left = new AtomicInteger(1 + random.nextInt(6));
        watch.beforeBatch = () -> {
            if (left.decrementAndGet() == 0) {
                on.database.value("""
                        SELECT count(pg_terminate_backend(pid)) FROM (
                            SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'rubicon run/7 %step%'
                               AND datname = current_database()
                            ORDER BY random() LIMIT 1) s""");
                left.set(1 + random.nextInt(10));
            }
        };
        Work.Backfill work = set("n + 1", where, lanes);
        StepOutcome outcome = perform(work);
        for (int deaths = 1; outcome instanceof StepOutcome.Lost && deaths < 6; deaths++) {
            outcome = perform(work);
        }
        watch.beforeBatch = () -> {};
        if (outcome instanceof StepOutcome.Lost) {
            outcome = perform(work);
        }

        assertDone(outcome, ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void makesASuccessorWaitForTheBatchAndLetsNoneCommitBehindIt() {
        users(ROWS, "");
        on.database.run("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN WHILE NEW.id = 500 AND NOT EXISTS (SELECT FROM effect) LOOP "
                + "PERFORM pg_sleep(0.1); END LOOP; RETURN NEW; END'",
                "CREATE TRIGGER slow BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION slow()");
        CompletableFuture<StepOutcome> zombie = on.meanwhile(() -> perform(set("n + 1", null, 1)));
        await().until(() -> on.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                + "AND datname = current_database()").equals("1"));

        // returns only when no batch is under way: what they did is done, and nothing comes after it
        CompletableFuture<Void> successor = CompletableFuture.runAsync(
                () -> on.database.run("UPDATE rubicon.fence SET token = token + 1"),
                task -> Thread.ofVirtual().start(task));
        await().until(() -> on.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                + "AND query LIKE 'UPDATE rubicon.fence%' AND datname = current_database()").equals("1"));
        on.database.run("INSERT INTO effect VALUES ('awake')");
        successor.join();

        String atTakeover = on.value("SELECT sum(n) FROM users");
        assertThat(atTakeover).isEqualTo(on.value("SELECT sum(changed) FROM rubicon.backfill_range"))
                .isNotEqualTo("0");
        assertThat(zombie.join()).isInstanceOf(StepOutcome.Fenced.class);
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo(atTakeover);
    }

    @Test
    void leavesRowsThatOthersHoldToTheEnd() {
        users(ROWS, "");
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET id = id WHERE id IN (5, 20000)")) {
            assertThat(perform(set("n + 1", "n = 0", 1))).isInstanceOfSatisfying(StepOutcome.Waiting.class,
                    waiting -> assertThat(waiting.holders()).isNotEmpty().allSatisfy(
                            holder -> assertThat(holder.application()).isEqualTo("the-shop")));
            assertThat(on.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM users WHERE n = 0"))
                    .isEqualTo("5,20000");
        }
        assertDone(perform(set("n + 1", "n = 0", 1)), ROWS);
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo(String.valueOf(ROWS));
    }

    @ParameterizedTest
    @CsvSource({"n = 0, true", ", true", "n = 0, false"})
    void setsAsideTheRowsThatCannotBeChangedAndDoesAllOthers(@Nullable String where, boolean key) {
        users(ROWS, ", CHECK (n < 1 OR id NOT IN (17, 18, 40000))");
        if (!key) {
            on.database.run("ALTER TABLE users DROP CONSTRAINT users_pkey");
        }
        Work.Backfill work = set("n + 1", where, 2);

        assertThat(perform(work)).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("quarantined");
            assertThat(failed.message()).contains("3 rows", "users_check");
            if (key) {
                assertThat(failed.message()).contains("(17)", "(18)", "(40000)");
            }
        });
        assertThat(on.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM users WHERE n = 0"))
                .isEqualTo("17,18,40000");
        assertThat(session.ledger("plan-a")).isEmpty();

        on.database.run("ALTER TABLE users DROP CONSTRAINT users_check");
        assertDone(perform(work), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
        assertThat(on.value("SELECT count(*) FROM rubicon.backfill_quarantine")).isEqualTo("0");
    }

    @Test
    void findsRowsThatAreStillBadWhenItIsTriedAgain() {
        users(ROWS, ", CHECK (n < 1 OR id <> 17)");
        perform(set("n + 1", null, 1));

        assertThat(perform(set("n + 1", null, 1))).isInstanceOfSatisfying(StepOutcome.Failed.class,
                failed -> assertThat(failed.message()).contains("1 row", "(17)"));
        assertThat(on.value("SELECT count(*) FROM rubicon.backfill_quarantine")).isEqualTo("1");
    }

    @Test
    void givesUpWhenTooManyRowsCannotBeChanged() {
        users(ROWS, ", CHECK (n < 1)");

        assertThat(perform(set("n + 1", "n = 0", 1))).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("too-many-quarantined");
            assertThat(failed.message()).contains("More than 100 rows");
        });
    }

    @ParameterizedTest
    @CsvSource({"n = 0", ","})
    void acceptsRowsThatAreToStayAsTheyAre(@Nullable String where) {
        users(ROWS, ", CHECK (n < 1 OR id <> 17)");
        perform(set("n + 1", where, 1));

        assertDone(TestBackfills.perform(session, order(set("n + 1", where, 1)).accepting("ada: a test row"), watch),
                ROWS - 1);
        assertThat(on.value("SELECT key::text || accepted FROM rubicon.backfill_quarantine"))
                .isEqualTo("{17}ada: a test row");
    }

    @ParameterizedTest
    @CsvSource({"n, id int, 'n = 0'", "n, 'id int, PRIMARY KEY (id)',", "id, 'id int, PRIMARY KEY (id)', 'n = 0'"})
    void walksOverPartitionsOneByOneUnlessRowsMoveBetweenThem(String by, String columns, @Nullable String where) {
        boolean moves = by.equals("n");
        on.database.run("CREATE TABLE users (" + columns + ", n int DEFAULT 0) PARTITION BY RANGE ("
                + (moves ? "id" : by) + ")", "CREATE TABLE low PARTITION OF users FOR VALUES FROM (0) TO (20001)",
                "CREATE TABLE \"High one\" PARTITION OF users FOR VALUES FROM (20001) TO (100000)",
                "INSERT INTO users (id) SELECT i FROM generate_series(1, " + ROWS + ") i", "ANALYZE users");

        assertDone(perform(set("users.n + 1", where, 2)), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void movesRowsFromPartitionToPartition() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, m int DEFAULT 0) PARTITION BY RANGE (id)",
                "CREATE TABLE low PARTITION OF users FOR VALUES FROM (0) TO (100000)",
                "CREATE TABLE high PARTITION OF users FOR VALUES FROM (100000) TO (1000000)",
                "INSERT INTO users (id) SELECT i FROM generate_series(1, " + ROWS + ") i");
        Work.Backfill work = new Work.Backfill("users", Map.of("id", "id + 100000"), "id < 100000", null, false, null,
                null, Work.BackfillVerify.FULL, null, 1);

        assertDone(perform(work), ROWS);
        assertThat(on.value("SELECT count(*) FROM high")).isEqualTo(String.valueOf(ROWS));
    }

    @Test
    void leavesRowsAloneThatAreRightAlready() {
        users(ROWS, ", doc json");
        on.database.run("UPDATE users SET n = 7 WHERE id % 2 = 0");
        String before = on.value("SELECT sum(xmin::text::bigint) FROM users WHERE id % 2 = 0");

        assertDone(perform(set("7", null, 1)), ROWS / 2);
        assertThat(on.value("SELECT sum(xmin::text::bigint) FROM users WHERE id % 2 = 0")).isEqualTo(before);
    }

    @Test
    void writesValuesThatCannotBeCompared() {
        users(1_000, ", doc json");
        Work.Backfill work = new Work.Backfill("users", Map.of("doc", "json_build_object('id', id)"), null, null, false,
                null, null, Work.BackfillVerify.FULL, null, 1);

        assertDone(perform(work), 1_000);
    }

    @Test
    void goesOnWhereAnOlderVersionOfRubiconStopped() {
        users(ROWS, "");
        Work.Backfill work = set("n + 1", null, 1);
        on.database.run("UPDATE users SET n = 1 WHERE id <= 5000", """
                INSERT INTO rubicon.backfill_cursor (plan, step, direction, rollout, checksum, fence, walk, filenode, pass,
                                                     position, until, scanned, changed)
                VALUES ('plan-a', 'a', 'forward', 3, 'sha256:%s', 1, 'key', 0, 1, '{5000}', '{60000}', 5000, 5000)"""
                .formatted(work));

        assertDone(perform(work), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void stopsAtOnceWhenItsThreadIsInterrupted() throws InterruptedException {
        users(ROWS, "");
        AtomicInteger batches = new AtomicInteger();
        AtomicReference<StepOutcome> outcome = new AtomicReference<>();
        Thread worker = Thread.ofVirtual().unstarted(() -> outcome.set(perform(set("n + 1", null, 2))));
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 5) {
                worker.interrupt();
            }
        };
        worker.start();
        worker.join();
        watch.beforeBatch = () -> {};
        assertThat(outcome.get()).isInstanceOf(StepOutcome.Lost.class);

        // at one moment: a commit that was sent may come to its end behind the worker's
        assertThat(on.value("SELECT (SELECT sum(n) FROM users) - (SELECT sum(changed) FROM rubicon.backfill_range)"))
                .isEqualTo("0");
        assertDone(perform(set("n + 1", null, 2)), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void knowsTheNumberOfRowsExactlyInTheEnd() {
        users(ROWS, "");
        on.database.run("DELETE FROM users WHERE id > 50000");
        perform(set("n + 1", null, 1));

        List<Progress> seen = watch.progress;
        assertThat(seen.getFirst().total()).isGreaterThan(50_000L);
        assertThat(seen.getLast().done()).isLessThanOrEqualTo(50_000L);
    }

    @ParameterizedTest
    @CsvSource({"1, n = 0", "2, n = 0", "2,"})
    void countsEveryRowThatItLooksAtOnce(int lanes, @Nullable String where) {
        users(FULL_BLOCKS, ", CHECK (n < 1 OR id NOT IN (17, 18, 40000))");
        on.database.run(NO_ROOM_BY_OTHERS, "DELETE FROM users WHERE id BETWEEN 30001 AND 35000");

        assertThat(perform(set("n + 1", where, lanes))).isInstanceOf(StepOutcome.Failed.class);
        assertThat(on.value("SELECT sum(scanned) || ' ' || sum(changed) FROM rubicon.backfill_range"))
                .isEqualTo(FULL_BLOCKS - 5_000 + " " + (FULL_BLOCKS - 5_000 - 3));
    }

    @Test
    void countsEveryRowOnceThoughItDiesBetweenThinningOutAndTheRest() {
        users(FULL_BLOCKS, ", CHECK (n < 1 OR id <> 59880)");
        on.database.run(NO_ROOM_BY_OTHERS);
        AtomicInteger left = new AtomicInteger(4);
        watch.beforeBatch = () -> {
            if (left.decrementAndGet() == 0) {
                on.terminate(watch.pid);
            }
        };
        Work.Backfill work = set("n + 1", "n = 0", 1);
        for (int deaths = 0; deaths < 5; deaths++) {
            assertThat(perform(work)).isInstanceOf(StepOutcome.Lost.class);
            left.set(4);
        }
        left.set(Integer.MAX_VALUE);

        assertThat(perform(work)).isInstanceOf(StepOutcome.Failed.class);
        assertThat(on.value("SELECT sum(scanned) || ' ' || sum(changed) FROM rubicon.backfill_range"))
                .isEqualTo(FULL_BLOCKS + " " + (FULL_BLOCKS - 1));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, true", "1, false"})
    void keepsHalfOfTheRowsInTheirBlocksUnlessAnIndexMustLearnOfThem(int lanes, boolean keeps) {
        users(ROWS, ", m int");
        on.database.run(NO_ROOM_BY_OTHERS,
                keeps ? "CREATE INDEX ON users (m)" : "CREATE INDEX ON users (m) WHERE n > 0",
                "VACUUM ANALYZE users");
        long before = Long.parseLong(on.value("SELECT pg_relation_size('users')"));

        assertDone(perform(set("n + 1", "n = 0", lanes)), ROWS);
        long grown = Long.parseLong(on.value("SELECT pg_relation_size('users')")) - before;
        if (keeps) {
            assertThat(grown).isBetween((long) (before * 0.3), (long) (before * 0.85));
        } else {
            assertThat(grown).isGreaterThan((long) (before * 0.95));
        }
    }
}
