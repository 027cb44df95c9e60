package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.backfill.TestBackfills;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backfill keeps of the rows that it changes, and how a later one corrects those rows by it. */
class BackfillRecordTest {

    private static final int ROWS = 4_000;
    private static final String SPOIL = "{ table: users, set: { name: upper(name), \"Rank\": '\"Rank\" + 1' }, "
            + "where: name <> upper(name), record: 30d }";
    private static final String RESTORE = """
            { table: users, from: rubicon.was_people__spoil r, set: { name: r.old_name, "Rank": 'r."old_Rank"' },
              where: users.id = r.id AND users.name = r.new_name AND users."Rank" = r."new_Rank" }""";

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

    private void users(String columns) {
        on.database.run("CREATE TABLE users (" + columns + ", name text, \"Rank\" int NOT NULL DEFAULT 0)",
                "INSERT INTO users (id, name) SELECT i, 'user' || i FROM generate_series(1, " + ROWS + ") i");
    }

    private static Work work(String backfill) {
        return PlanReader.standalone().read("""
                plan: people
                title: Corrections
                engine: postgresql
                phases:
                  - phase: migrate
                    steps:
                      - step: any
                        backfill: %s
                        rollback: { nothing: it is a test, dataLoss: none }
                """.formatted(backfill.replace("\n", "\n              ")), "application/yaml").document().steps()
                .findFirst().orElseThrow().work();
    }

    private StepOutcome perform(String step, String backfill) {
        Work work = work(backfill);
        return TestBackfills.perform(session,
                new StepOrder("people", 1, "sha256:plan", step, Direction.FORWARD, work, 3,
                        7, 1, "sha256:" + work, "20260101000000_" + step, Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofMinutes(1)),
                watch, Duration.ofMillis(50), ((Work.Backfill) work).lanes());
    }

    private void changes(long rows, StepOutcome outcome) {
        assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.rows()).isEqualTo(rows));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id int PRIMARY KEY", "id int NOT NULL UNIQUE", "id uuid PRIMARY KEY"})
    void restoresTheRowsThatNobodyChangedSince(String key) {
        if (key.contains("uuid")) {
            users("n serial, id uuid PRIMARY KEY DEFAULT gen_random_uuid()".replace("id uuid", "u uuid") + ", id int");
            on.database.run("ALTER TABLE users DROP COLUMN id", "ALTER TABLE users RENAME u TO id");
        } else {
            users(key);
        }
        on.database.run("UPDATE users SET name = 'ALREADY' WHERE name LIKE 'user%0'");
        changes(ROWS - ROWS / 10, perform("spoil", SPOIL));
        assertThat(on.value("SELECT count(*) FROM rubicon.was_people__spoil WHERE old_name LIKE 'user%' "
                + "AND new_name = upper(old_name) AND \"new_Rank\" = 1")).isEqualTo(String.valueOf(ROWS - ROWS / 10));
        on.database.run("UPDATE users SET name = 'mine' WHERE name LIKE 'USER%1'");

        changes(ROWS - 2 * ROWS / 10, perform("restore", RESTORE));

        assertThat(on.value("SELECT count(*) FILTER (WHERE name LIKE 'user%' AND \"Rank\" = 0) || '|' || "
                + "count(*) FILTER (WHERE name = 'mine') || '|' || count(*) FILTER (WHERE name = 'ALREADY') FROM users"))
                .isEqualTo((ROWS - 2 * ROWS / 10) + "|" + ROWS / 10 + "|" + ROWS / 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"name NOT LIKE 'one%'", "name NOT IN (SELECT E'one\\\\ntwo')"})
    void keepsLinesWithinALiteralAsTheyAre(String where) {
        users("id int PRIMARY KEY");

        changes(ROWS, perform("spoil", "{ table: users, set: { name: \"'one\\ntwo'\" }, where: \"" + where
                + "\", record: 30d }"));

        assertThat(on.value("SELECT DISTINCT name FROM users")).isEqualTo("one\ntwo");
        assertThat(on.value("SELECT DISTINCT new_name FROM rubicon.was_people__spoil")).isEqualTo("one\ntwo");
    }

    @Test
    void keepsTheRecordOfABackfillThatWasBrokenOffAndWentOnAroundHeldRows() {
        users("id int PRIMARY KEY");
        AtomicInteger batches = new AtomicInteger();
        watch.beforeBatch = () -> {
            if (batches.incrementAndGet() == 2) {
                watch.signal = () -> Signal.PAUSE;
            }
        };
        assertThat(perform("spoil", SPOIL)).isInstanceOf(StepOutcome.Stopped.class);
        assertThat(on.value("SELECT count(*) FROM rubicon.was_people__spoil"))
                .isEqualTo(on.value("SELECT count(*) FROM users WHERE name = upper(name)")).isNotEqualTo("0");
        watch.signal = () -> Signal.GO_ON;
        watch.beforeBatch = () -> {};
        try (PostgresTarget.Open held = on.transaction("UPDATE users SET name = 'held' WHERE id = " + ROWS)) {
            assertThat(perform("spoil", SPOIL)).isInstanceOf(StepOutcome.Waiting.class);
            assertThat(on.value("SELECT count(*) FROM rubicon.was_people__spoil")).isEqualTo(String.valueOf(ROWS - 1));
        }
        assertThat(perform("spoil", SPOIL)).isInstanceOf(StepOutcome.Done.class);
        assertThat(on.value("SELECT count(*) FROM rubicon.was_people__spoil")).isEqualTo(String.valueOf(ROWS));
    }

    @Test
    void keepsTheFirstValueOfARowThatWasChangedTwice() {
        users("id int PRIMARY KEY");
        perform("spoil", SPOIL);
        on.database.run("UPDATE users SET name = 'again' WHERE id = 1", "DELETE FROM rubicon.ledger");

        changes(1, perform("spoil", SPOIL));

        assertThat(on.value("SELECT old_name || '|' || new_name FROM rubicon.was_people__spoil WHERE id = 1"))
                .isEqualTo("user1|AGAIN");
    }

    @Test
    void recordsRowsOfPartitions() {
        on.database.run(
                "CREATE TABLE users (id int PRIMARY KEY, name text, \"Rank\" int DEFAULT 0) PARTITION BY HASH (id)",
                "CREATE TABLE users_0 PARTITION OF users FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE users_1 PARTITION OF users FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "INSERT INTO users SELECT i, 'user' || i FROM generate_series(1, 500) i");
        changes(500, perform("spoil", SPOIL));
        changes(500, perform("restore", RESTORE));
        assertThat(on.value("SELECT count(*) FROM users WHERE name = 'user' || id")).isEqualTo("500");
    }

    @Test
    void dropsARecordWhenItsTimeIsOver() {
        users("id int PRIMARY KEY");
        perform("spoil", SPOIL);
        assertThat(on.value("SELECT until > now() + interval '29 days' FROM rubicon.backfill_record"))
                .isEqualTo("true");
        on.database.run("UPDATE rubicon.backfill_record SET until = now() - interval '1 s'");
        session.close();

        session = on.engine().open(on.access(on.database.user(), on.database.password()), new Claim(8, "node-a"));

        assertThat(on.value("SELECT to_regclass('rubicon.was_people__spoil')")).isEqualTo("null");
        assertThat(on.value("SELECT count(*) FROM rubicon.backfill_record")).isEqualTo("0");
    }

    @Test
    void refusesWhatItCouldNotNameTheRowsBy() {
        users("id int");
        assertThat(perform("spoil", SPOIL)).isInstanceOfSatisfying(StepOutcome.Failed.class,
                failed -> assertThat(failed.cause()).isEqualTo("no-key"));
        on.database.run("ALTER TABLE users ADD PRIMARY KEY (name)");
        assertThat(perform("spoil", SPOIL)).isInstanceOfSatisfying(StepOutcome.Failed.class,
                failed -> assertThat(failed.cause()).isEqualTo("key-changed"));
    }
}
