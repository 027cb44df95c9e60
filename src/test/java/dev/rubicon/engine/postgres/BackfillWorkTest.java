package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.backfill.TestBackfills;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackfillWorkTest {

    private static final int ROWS = 12_000;
    /** What the cursors say of the rows changed. */
    private static final String COMMITTED = "SELECT sum(changed) FROM rubicon.backfill_range";

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

    private static Work.Backfill set(String table, String column, String value, @Nullable String where) {
        Map<String, String> set = new LinkedHashMap<>();
        set.put(column, value);
        return new Work.Backfill(table, set, where, null, false, null, null, Work.BackfillVerify.FULL, null, 1);
    }

    private StepOutcome perform(Work work) {
        return perform(work, Direction.FORWARD);
    }

    private StepOutcome perform(Work work, Direction direction) {
        return TestBackfills.perform(session, order(work, direction), watch, Duration.ofMillis(50),
                ((Work.Backfill) work).lanes());
    }

    private static StepOrder order(Work work, Direction direction) {
        return new StepOrder("plan-a", 1, "sha256:plan", "a", direction, work, 3, 7, 1, "sha256:" + work,
                "20260101000000_a", Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMinutes(1));
    }

    private void users(String key, String values) {
        on.database.run("CREATE TABLE users (" + key + ", username text, display_name text, n int NOT NULL DEFAULT 0)",
                "INSERT INTO users SELECT " + values + ", 'u' || i FROM generate_series(1, " + ROWS + ") i");
    }

    private void askAtBatch(int number, Signal signal) {
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == number) {
                watch.signal = () -> signal;
            }
        };
    }

    private void assertChanged(StepOutcome outcome, long rows) {
        assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Done.class, done -> {
            assertThat(done.before()).isFalse();
            assertThat(done.rows()).isEqualTo(rows);
        });
        assertThat(session.ledger("plan-a")).hasSize(1);
        assertThat(on.value("SELECT count(*) FROM rubicon.backfill_cursor")).isEqualTo("0");
        assertThat(on.value("SELECT count(*) FROM rubicon.backfill_range")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            id bigint PRIMARY KEY                                                  | i
            id uuid PRIMARY KEY                                                    | gen_random_uuid()
            id text PRIMARY KEY                                                    | md5(i::text) || ' o''\\ ?'
            id varchar(50) COLLATE "C" PRIMARY KEY                                 | md5(i::text)
            a int, b text, PRIMARY KEY (a, b)                                      | i / 3000, md5(i::text)
            id timestamptz NOT NULL UNIQUE                                         | timestamptz '2026-01-01' + i * interval '1.5 ms'
            id int                                                                 | i
            "Id" numeric NOT NULL, b int NOT NULL, UNIQUE ("Id", b)                | i / 7.0, i
            """)
    void changesEveryRowOnceAlongAnyKeyOrNone(String key, String values) {
        users(key, values);
        on.database.run("UPDATE users SET n = 5 WHERE username LIKE '%7'");

        StepOutcome outcome = perform(set("users", "n", "n + 1", "n = 0"));

        assertChanged(outcome, ROWS - ROWS / 10);
        assertThat(on.value("SELECT count(*) FROM users WHERE n = 1")).isEqualTo(String.valueOf(ROWS - ROWS / 10));
        assertThat(on.value("SELECT count(*) FROM users WHERE n = 5")).isEqualTo(String.valueOf(ROWS / 10));
    }

    @Test
    void changesEveryRowOnceWithoutAnyCondition() {
        users("id int PRIMARY KEY", "i");

        assertChanged(perform(set("users", "n", "n + 1", null)), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void walksOverAPartitionedTable() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, n int DEFAULT 0) PARTITION BY HASH (id)",
                "CREATE TABLE users_0 PARTITION OF users FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE users_1 PARTITION OF users FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "INSERT INTO users SELECT i FROM generate_series(1, 12000) i");

        assertChanged(perform(set("users", "n", "n + 1", "n = 0")), ROWS);
    }

    @Test
    void isDoneAtOnceWithAnEmptyTable() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, n int)");

        assertChanged(perform(set("users", "n", "1", "n IS NULL")), 0);
    }

    @ParameterizedTest
    @CsvSource({"id int PRIMARY KEY, n = 0", "id int PRIMARY KEY,", "id int, n = 0"})
    void goesOnAfterACrashWithoutDoublingOrLosingARow(String key, @Nullable String where) {
        users(key, "i");
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 3) {
                on.terminate(watch.pid);
            }
        };
        Work work = set("users", "n", "n + 1", where);

        assertThat(perform(work)).isInstanceOf(StepOutcome.Lost.class);
        int half = Integer.parseInt(on.value("SELECT sum(n) FROM users"));
        assertThat(half).isBetween(1, ROWS - 1);

        assertChanged(perform(work), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void losesTheBatchThatDiesBeforeItsCommitAndDoesItAgain() {
        users("id int PRIMARY KEY", "i");
        on.database.run("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN IF NEW.id = 7000 AND NOT EXISTS (SELECT FROM effect) THEN PERFORM pg_sleep(30); END IF; RETURN NEW; END'",
                "CREATE TRIGGER slow BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION slow()");
        Work work = set("users", "n", "n + 1", "n = 0");
        CompletableFuture<StepOutcome> running = on.meanwhile(() -> perform(work));
        await().until(() -> on.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                + "AND datname = current_database()").equals("1"));
        on.terminate(watch.pid);

        assertThat(running.join()).isInstanceOf(StepOutcome.Lost.class);
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo(on.value(COMMITTED)).isNotEqualTo("0");

        on.database.run("INSERT INTO effect VALUES ('awake')");
        assertChanged(perform(work), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void goesOnInAnotherSessionAndRefusesTheFirst() {
        users("id int PRIMARY KEY", "i");
        Work work = set("users", "n", "n + 1", null);
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 3) {
                on.database.run("UPDATE rubicon.fence SET token = token + 1");
            }
        };
        assertThat(perform(work)).isInstanceOf(StepOutcome.Fenced.class);
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo(on.value(COMMITTED)).isNotEqualTo("0");
        session.close();
        watch.beforeBatch = () -> {};

        session = on.engine().open(on.access(on.database.user(), on.database.password()), new Claim(8, "node-b"));
        assertChanged(perform(work), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void pausesBetweenBatchesAndGoesOnThere() {
        users("id int PRIMARY KEY", "i");
        askAtBatch(3, Signal.PAUSE);
        Work work = set("users", "n", "n + 1", null);

        assertThat(perform(work)).isInstanceOfSatisfying(StepOutcome.Stopped.class, stopped -> assertThat(
                stopped.observed()).contains(on.value(COMMITTED) + " rows"));
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo(on.value(COMMITTED)).isNotEqualTo("0");
        watch.signal = () -> Signal.GO_ON;
        assertChanged(perform(work), ROWS);
        assertThat(on.value("SELECT string_agg(DISTINCT n::text, ',') FROM users")).isEqualTo("1");
    }

    @Test
    void standsStillAtSpeedZeroAndStillHearsSignals() {
        users("id int PRIMARY KEY", "i");
        watch.speed = 0;
        CompletableFuture<StepOutcome> running = on.meanwhile(() -> perform(set("users", "n", "1", "n = 0")));
        await().until(() -> on.value("SELECT count(*) FROM rubicon.backfill_cursor").equals("1"));
        watch.signal = () -> Signal.CANCEL;

        assertThat(running.join()).isInstanceOf(StepOutcome.Stopped.class);
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"42, the first batch", "4200, the first sweep"})
    void failsWhenTheConditionNeverBecomesFalse(int id, String foundBy) {
        users("id int PRIMARY KEY", "i");
        on.database.run("UPDATE users SET username = NULL WHERE id = " + id, "CLUSTER users USING users_pkey");

        assertThat(perform(set("users", "display_name", "username", "display_name IS NULL")))
                .isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
                    assertThat(failed.cause()).isEqualTo("where-stays-true");
                    assertThat(failed.message()).contains("display_name IS NULL", "1 of the",
                            "for example the one with (");
                });
        assertThat(session.ledger("plan-a")).isEmpty();
        assertThat(on.value("SELECT count(*) FROM users WHERE display_name IS NOT NULL")).as(foundBy)
                .isEqualTo(id == 42 ? "0" : String.valueOf(ROWS - 1));
    }

    @Test
    void givesUpAfterSomeSweepsWhenOnlyTheyShowIt() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, n int)", "INSERT INTO users VALUES (1, 0)");

        assertThat(perform(set("users", "n", "n + 1", "EXISTS (SELECT 1)"))).isInstanceOfSatisfying(
                StepOutcome.Failed.class, failed -> assertThat(failed.cause()).isEqualTo("where-stays-true"));
        assertThat(Integer.parseInt(on.value("SELECT n FROM users"))).isLessThan(20);
    }

    @Test
    void sweepsUpRowsThatComeBehindTheWalk() {
        users("id int PRIMARY KEY", "i * 10");
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 3) {
                on.database.run("INSERT INTO users (id, username) VALUES (5, 'late')");
            }
        };

        assertChanged(perform(set("users", "display_name", "username", "display_name IS NULL")), ROWS + 1);
        assertThat(on.value("SELECT display_name FROM users WHERE id = 5")).isEqualTo("late");
    }

    @Test
    void joinsAnotherTable() {
        users("id int PRIMARY KEY", "i");
        on.database.run("CREATE TABLE names (id int, name text)",
                "INSERT INTO names SELECT id, 'joined ' || id FROM users WHERE id <= 6000");
        Work work = new Work.Backfill("users", Map.of("display_name", "x.name"),
                "users.id = x.id AND display_name IS NULL", "names x", false, null, null, Work.BackfillVerify.FULL,
                null, 1);

        assertChanged(perform(work), 6_000);
        assertThat(on.value("SELECT count(*) FROM users WHERE display_name = 'joined ' || id")).isEqualTo("6000");
    }

    @Test
    void deletesRowsAndTellsHowManyWent() {
        users("id int PRIMARY KEY", "i");
        Work work = new Work.Backfill("users", Map.of(), "id % 2 = 0", null, true, null, null,
                Work.BackfillVerify.FULL, null, 1);

        StepOutcome outcome = perform(work);

        assertChanged(outcome, ROWS / 2);
        assertThat(((StepOutcome.Done) outcome).rowCountChange()).isEqualTo(-ROWS / 2);
        assertThat(on.value("SELECT count(*) FROM users")).isEqualTo(String.valueOf(ROWS / 2));
    }

    @Test
    void copiesRowsIntoAnotherTable() {
        users("id int PRIMARY KEY", "i");
        on.database.run("CREATE TABLE archive (n int, id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, username text, "
                + "display_name text, twice int GENERATED ALWAYS AS (n * 2) STORED)",
                "INSERT INTO archive (id, n) OVERRIDING SYSTEM VALUE VALUES (1, 9)");
        Work work = new Work.Backfill("users", Map.of(), "id <= 7000", null, false, "archive", "(id) DO NOTHING",
                Work.BackfillVerify.FULL, null, 1);

        assertChanged(perform(work), 6_999);
        assertThat(on.value("SELECT username FROM archive WHERE id = 7000")).isEqualTo("u7000");
        assertThat(on.value("SELECT n FROM archive WHERE id = 1")).isEqualTo("9");
    }

    @Test
    void waitsBehindALockedRowAndNamesItsHolder() {
        users("id int PRIMARY KEY", "i");
        Work work = set("users", "n", "n + 1", "n = 0");
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET username = 'w' WHERE id = 6000")) {
            assertThat(perform(work)).isInstanceOfSatisfying(StepOutcome.Waiting.class,
                    waiting -> assertThat(waiting.holders()).anySatisfy(
                            holder -> {
                                assertThat(holder.application()).isEqualTo("the-shop");
                                assertThat(holder.relation()).isEqualTo("users");
                                assertThat(holder.mode()).isEqualTo("row lock");
                            }));
        }
        assertThat(watch.locks.waitedMillis()).isPositive();
        assertThat(watch.locks.holders()).extracting(Holder::application).contains("the-shop");
        assertChanged(perform(work), ROWS);
    }

    @Test
    void waitsNoLongerThanTheBurstForATableThatIsLocked() {
        users("id int PRIMARY KEY", "i");
        Work work = set("users", "n", "n + 1", "n = 0");
        askAtBatch(3, Signal.PAUSE);
        perform(work);
        watch.signal = () -> Signal.GO_ON;
        try (PostgresTarget.Open shop = on.transaction("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")) {
            StepOutcome outcome = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> perform(work));

            assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Waiting.class,
                    waiting -> assertThat(waiting.holders()).singleElement().satisfies(holder -> {
                        assertThat(holder.application()).isEqualTo("the-shop");
                        assertThat(holder.mode()).isEqualTo("ACCESS EXCLUSIVE");
                    }));
        }
        assertThat(perform(work)).isInstanceOf(StepOutcome.Done.class);
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo(String.valueOf(ROWS));
    }

    @Test
    void goesBackByABackfill() {
        users("id int PRIMARY KEY", "i");
        perform(set("users", "n", "1", "n = 0"));

        assertThat(perform(set("users", "n", "0", "n = 1"), Direction.ROLLBACK)).isInstanceOf(StepOutcome.Done.class);
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo("0");
        assertThat(session.ledger("plan-a")).singleElement()
                .satisfies(row -> assertThat(row.inEffect()).isFalse());
    }

    @Test
    void forgetsAnUnfinishedWalkThatIsRolledBack() {
        users("id int PRIMARY KEY", "i");
        askAtBatch(3, Signal.CANCEL);
        Work work = set("users", "n", "1", null);
        perform(work);
        watch.signal = () -> Signal.GO_ON;
        perform(work, Direction.ROLLBACK);
        on.database.run("UPDATE users SET n = 0");

        assertChanged(perform(work), ROWS);
        assertThat(on.value("SELECT sum(n) FROM users")).isEqualTo(String.valueOf(ROWS));
    }

    @ParameterizedTest
    @CsvSource({"id int PRIMARY KEY, i, n = 0, block", "id int PRIMARY KEY, i, , key",
            "id text PRIMARY KEY, md5(i::text), n = 0, block", "id text PRIMARY KEY, md5(i::text), , key",
            "id int PRIMARY KEY, i, n = (SELECT 0), key"})
    void walksByBlocksWhereverRowsThatMoveAreFoundAgain(String key, String value, @Nullable String where, String walk) {
        users(key, value);
        on.database.run("ANALYZE users");

        assertChanged(perform(set("users", "n", "1", where)), ROWS);
        assertThat(watch.progress).first().satisfies(progress -> assertThat(progress.backfill())
                .isNotNull().extracting(StepWatch.Backfill::walk).isEqualTo(walk));
    }

    @Test
    void tellsHowFarItIs() {
        users("id int PRIMARY KEY", "i");
        on.database.run("ANALYZE users");
        perform(set("users", "n", "1", "n = 0"));

        assertThat(watch.progress).isNotEmpty().first().satisfies(progress -> {
            assertThat(progress.phase()).isEqualTo("copying");
            assertThat(progress.total()).isEqualTo(ROWS);
            assertThat(progress.done()).as("by whole blocks").isBetween(800L, 1_000L);
            assertThat(progress.changed()).isEqualTo(progress.done());
            assertThat(progress.perSecond()).isPositive();
            assertThat(progress.backfill()).isNotNull();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            users; DROP TABLE users | n | 1                      | n = 0                | syntax-error
            users                   | n | 1 WHERE true; DELETE   | n = 0                | syntax-error
            users                   | n | 1                      | true); DROP TABLE users; SELECT (1 | syntax-error
            no_such_table           | n | 1                      | n = 0                | table-missing
            users                   | no_such_column | 1         | n = 0                | statement-failed
            users                   | id | id + 100000           |                      | where-missing
            v                       | n | 1                      | n = 0                | not-a-table
            """)
    void refusesWhatCannotBeDone(String table, String column, String value, @Nullable String where, String cause) {
        users("id int PRIMARY KEY", "i");
        on.database.run("CREATE VIEW v AS SELECT * FROM users");

        assertThat(perform(set(table, column, value, where))).isInstanceOfSatisfying(StepOutcome.Failed.class,
                failed -> assertThat(failed.cause()).isEqualTo(cause));
        assertThat(on.value("SELECT count(*) FROM users WHERE n = 0")).isEqualTo(String.valueOf(ROWS));
    }

    @Test
    void keepsQuestionMarksAndBracesOfTheAuthor() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, doc jsonb)",
                "INSERT INTO users VALUES (1, '{\"a\": 1}'), (2, '{}')");

        assertChanged(perform(set("users", "doc", "doc - 'a' || '{\"fn\": \"{fn now()}\"}'", "doc ? 'a'")), 1);
        assertThat(on.value("SELECT doc->>'fn' FROM users WHERE id = 1")).isEqualTo("{fn now()}");
    }
}
