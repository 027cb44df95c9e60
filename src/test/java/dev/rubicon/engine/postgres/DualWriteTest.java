package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.backfill.TestBackfills;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verification;
import dev.rubicon.plan.Work;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The generated trigger on a real server: old and new code write, and both columns say the same. */
class DualWriteTest {

    private static final PlanReader READER = PlanReader.standalone();

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

    /** Install, backfill, removal. */
    private static List<Step> steps(String backfill) {
        return READER.read("""
                plan: dual
                title: Two columns in step
                engine: postgresql
                phases:
                  - phase: migrate
                    steps:
                      - step: copy
                        backfill: %s
                        rollback: { nothing: derived, dataLoss: none }
                  - phase: contract
                    steps:
                      - step: look
                        check: [{ name: it answers, sql: SELECT 1, expect: 1 }]
                        rollback: { nothing: it only looks, dataLoss: none }
                """.formatted(backfill), "application/yaml").document().steps().limit(3).toList();
    }

    private static List<Step> steps(String table, String from, String to) {
        return steps("{ table: '%s', dualWrite: { from: '%s', to: '%s' } }".formatted(table, from, to));
    }

    private StepOutcome perform(Step step) {
        return perform(step, step.work(), Direction.FORWARD);
    }

    private StepOutcome undo(Step step) {
        return perform(step, ((Rollback.Reverse) step.rollback().way()).sql(), Direction.ROLLBACK);
    }

    private StepOutcome perform(Step step, Work work, Direction direction) {
        StepOrder order = new StepOrder("dual", 1, "sha256:plan", step.name(), direction, work, 3, 7, 1,
                "sha256:" + work, "20260101000000_" + step.name(), Duration.ofMillis(100), Duration.ofMillis(500),
                Duration.ofMinutes(1));
        return work instanceof Work.Backfill
                ? TestBackfills.perform(session, order, watch, Duration.ofMillis(50), 1)
                : session.perform(order, watch);
    }

    private void done(StepOutcome outcome) {
        assertThat(outcome).isInstanceOf(StepOutcome.Done.class);
    }

    private List<Step> installed(String table, String from, String to) {
        List<Step> steps = steps(table, from, to);
        assertThat(steps.getFirst().before()).allMatch(this::holds);
        done(perform(steps.getFirst()));
        assertThat(steps.getFirst().verify()).allMatch(this::holds);
        return steps;
    }

    private boolean holds(Verification verification) {
        Verification.Query query = (Verification.Query) verification;
        return on.value(query.sql()).equals(((Verification.Value) query.expected()).text());
    }

    private void users(String columns) {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, " + columns + ", n int NOT NULL DEFAULT 0)");
    }

    private String row(int id) {
        return on.value(
                "SELECT concat_ws('|', coalesce(username::text, '-'), coalesce(display_name::text, '-')) FROM users"
                        + " WHERE id = " + id);
    }

    @Test
    void givesAnInsertedRowBothValues() {
        users("username text, display_name text");
        installed("users", "username", "display_name");

        on.database.run("INSERT INTO users (id, username) VALUES (1, 'old')",
                "INSERT INTO users (id, display_name) VALUES (2, 'new')",
                "INSERT INTO users (id, username, display_name) VALUES (3, 'old', 'new')",
                "INSERT INTO users (id) VALUES (4)");

        assertThat(List.of(row(1), row(2), row(3), row(4))).containsExactly("old|old", "new|new", "new|new", "-|-");
    }

    @Test
    void takesTheSideThatAnUpdateChangedAndTheNewOneOfBoth() {
        users("username text, display_name text");
        installed("users", "username", "display_name");
        on.database.run("INSERT INTO users (id, username) SELECT i, 'first' FROM generate_series(1, 5) i",
                "UPDATE users SET username = 'old' WHERE id = 1", "UPDATE users SET display_name = 'new' WHERE id = 2",
                "UPDATE users SET username = 'old', display_name = 'new' WHERE id = 3",
                "UPDATE users SET display_name = NULL WHERE id = 4",
                "INSERT INTO users (id, username) VALUES (5, 'again') ON CONFLICT (id) DO UPDATE SET username = "
                        + "excluded.username");

        assertThat(List.of(row(1), row(2), row(3), row(4), row(5))).containsExactly("old|old", "new|new", "new|new",
                "-|-", "again|again");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
            text; varchar(50); 'héllo'; 'b'
            text NOT NULL; text NOT NULL; 'a'; 'A'
            int; bigint; 7; 8
            int GENERATED BY DEFAULT AS IDENTITY; bigint; 7; 8
            int NOT NULL DEFAULT 0; bigint; 7; 8
            json; json; '{"a": 1}'; '{"a":2}'
            json; jsonb; '{"a": 1}'; '{"a": 2}'
            timestamp; timestamptz; '2026-01-01 10:00'; '2027-01-01 10:00'
            numeric(10,2); numeric(12,4); 1.25; 2.50
            point; point; '(1,2)'; '(3,4)'
            text[]; text[]; '{a,NULL}'; '{}'
            """)
    void keepsTypesInStepThatAreAssignedToEachOther(String from, String to, String one, String other) {
        users("username " + from + ", display_name " + to);
        installed("users", "username", "display_name");

        on.database.run("INSERT INTO users (id, username) VALUES (1, " + one + ")",
                "INSERT INTO users (id, display_name) VALUES (2, " + one + ")",
                "INSERT INTO users (id, username) VALUES (3, " + other + "), (4, " + other + ")",
                "UPDATE users SET username = " + one + " WHERE id = 3",
                "UPDATE users SET display_name = " + one + " WHERE id = 4");

        assertThat(on.value("SELECT count(DISTINCT (username::text, display_name::text)) || '|' || count(username)"
                + " || '|' || count(display_name) FROM users")).isEqualTo("1|4|4");
    }

    @Test
    void failsForAValueThatTheOtherColumnCannotHoldInsteadOfCuttingIt() {
        users("username text, display_name varchar(3)");
        installed("users", "username", "display_name");

        assertThatThrownBy(() -> on.database.run("INSERT INTO users (id, username) VALUES (1, 'longer')"))
                .hasMessageContaining("value too long for type character varying(3)");
    }

    @Test
    void letsABackfillChangeTheNewColumnAloneAndEachRowOnce() {
        users("username numeric(10,4), display_name numeric(10,2)");
        on.database.run("INSERT INTO users SELECT i, i + 0.1234 FROM generate_series(1, 3000) i",
                "UPDATE users SET username = NULL WHERE id % 10 = 0");
        List<Step> steps = installed("users", "username", "display_name");

        done(perform(steps.get(1)));

        assertThat(on.value("SELECT count(*) FROM users WHERE username = id + 0.1234 AND display_name = id + 0.12"))
                .isEqualTo("2700");
        assertThat(on.value("SELECT count(*) FROM users WHERE username IS NULL AND display_name IS NULL"))
                .isEqualTo("300");
    }

    @Test
    void isNotCalledWhereNothingIsToBeKeptInStep() {
        users("username text, display_name text");
        List<Step> steps = installed("users", "username", "display_name");
        on.database.run("INSERT INTO users (id, username) VALUES (1, 'a')", """
                CREATE OR REPLACE FUNCTION zz_rubicon_users_display_name() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN RAISE EXCEPTION ''called''; END'""");

        on.database.run("UPDATE users SET n = 2", "UPDATE users SET username = 'a', display_name = 'a', n = 3",
                "INSERT INTO users (id, username, display_name) VALUES (2, 'b', 'b')", "INSERT INTO users VALUES (3)");

        assertThatThrownBy(() -> on.database.run("UPDATE users SET username = 'b' WHERE id = 1"))
                .hasMessageContaining("called");
        done(undo(steps.getFirst()));
    }

    @Test
    void seesWhatOtherTriggersMakeOfTheRow() {
        users("username text, display_name text");
        on.database.run("CREATE FUNCTION lowered() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN NEW.username := lower(NEW.username); RETURN NEW; END'",
                "CREATE TRIGGER users_lower BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION lowered()");
        installed("users", "username", "display_name");

        on.database.run("INSERT INTO users (id, username) VALUES (1, 'OLD')", "INSERT INTO users (id) VALUES (2)",
                "UPDATE users SET username = 'OTHER' WHERE id = 2");

        assertThat(List.of(row(1), row(2))).containsExactly("old|old", "other|other");
    }

    @Test
    void worksWhateverTheSessionsSearchPathFinds() {
        on.database.run("CREATE SCHEMA \"The Shop\"",
                "CREATE TABLE \"The Shop\".\"order\" (id int PRIMARY KEY, \"user\" text, \"Der \"\"Name\"\"\" text)");
        List<Step> steps = installed("\"The Shop\".\"order\"", "\"user\"", "\"Der \"\"Name\"\"\"");

        on.database.run("SET search_path = ''; INSERT INTO \"The Shop\".\"order\" VALUES (1, 'old')",
                "SET search_path = ''; UPDATE \"The Shop\".\"order\" SET \"Der \"\"Name\"\"\" = 'new'");

        assertThat(on.value("SELECT concat(\"user\", '|', \"Der \"\"Name\"\"\") FROM \"The Shop\".\"order\""))
                .isEqualTo("new|new");
        assertThat(on.value("SELECT pronamespace::regnamespace FROM pg_proc WHERE proname LIKE 'zz_rubicon%'"))
                .isEqualTo("\"The Shop\"");
        done(perform(steps.get(1)));
        done(perform(steps.get(2)));
    }

    @Test
    void keepsPartitionsAndSeveralPairsOfOneTableInStep() {
        on.database.run(
                "CREATE TABLE users (id int PRIMARY KEY, username text, display_name text, mail text, email text)"
                        + " PARTITION BY HASH (id)",
                "CREATE TABLE users_0 PARTITION OF users FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE users_1 PARTITION OF users FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "INSERT INTO users SELECT i, 'u' || i, NULL, 'm' || i FROM generate_series(1, 1000) i");
        List<Step> names = installed("users", "username", "display_name");
        List<Step> mails = steps("users", "mail", "email");
        done(perform(new Step("mails", "", 1, mails.getFirst().work(), mails.getFirst().rollback(), false, List.of(),
                List.of(), null, null, null)));

        done(perform(names.get(1)));
        on.database.run("UPDATE users SET email = 'e' || id, username = 'v' || id WHERE id % 2 = 0",
                "INSERT INTO users (id, display_name, mail) VALUES (1001, 'd', 'm')");

        assertThat(on.value("SELECT count(*) FROM users WHERE username = display_name")).isEqualTo("1001");
        assertThat(on.value("SELECT count(*) FROM users WHERE mail = email")).isEqualTo("501");
        done(perform(names.get(2)));
        assertThat(on.value("SELECT count(DISTINCT tgname) FROM pg_trigger WHERE tgname LIKE 'zz_rubicon%'"))
                .isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
            text; text DEFAULT ''; 1
            text; bigint GENERATED ALWAYS AS IDENTITY; 0
            bigint GENERATED ALWAYS AS IDENTITY; bigint; 1
            text; text GENERATED ALWAYS AS ('x') STORED; 1
            text GENERATED ALWAYS AS ('x') STORED; text; 1
            text; int; 0
            int; text; 0
            """)
    void saysWhichPreconditionAColumnDoesNotMeet(String from, String to, int broken) {
        users("username " + from + ", display_name " + to);

        assertThat(holds(steps("users", "username", "display_name").getFirst().before().get(broken))).isFalse();
    }

    @Test
    void refusesPartitionKeysAndColumnsThatAreNotThere() {
        on.database.run("CREATE TABLE users (id int, username text, display_name text) PARTITION BY LIST (username)");

        assertThat(steps("users", "username", "display_name").getFirst().before()).anyMatch(each -> !holds(each));
        assertThat(steps("users", "name", "display_name").getFirst().before()).noneMatch(this::holds);
    }

    @Test
    void refusesToBackfillWhileNothingKeepsTheColumnsInStep() {
        users("username text, display_name text");
        on.database.run("INSERT INTO users (id, username) VALUES (1, 'a')");
        List<Step> steps = steps("users", "username", "display_name");

        assertThat(perform(steps.get(1))).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("dual-write-missing");
            assertThat(failed.message()).contains("zz_rubicon_users_display_name_insert");
        });
        done(perform(steps.getFirst()));
        on.database.run("ALTER TABLE users DISABLE TRIGGER zz_rubicon_users_display_name_update");
        assertThat(perform(steps.get(1))).isInstanceOf(StepOutcome.Failed.class);
        on.database.run("ALTER TABLE users ENABLE TRIGGER zz_rubicon_users_display_name_update");
        done(perform(steps.get(1)));
        assertThat(row(1)).isEqualTo("a|a");
    }

    @Test
    void goesAndComesBackWithoutATrace() {
        users("username text, display_name text");
        List<Step> steps = installed("users", "username", "display_name");

        done(perform(steps.get(2)));
        assertThat(steps.get(2).verify()).allMatch(this::holds);
        on.database.run("INSERT INTO users (id, display_name) VALUES (1, 'alone')");
        assertThat(on.value(String.valueOf(steps.get(2).rollback().lossQuery()))).isEqualTo("1");
        done(undo(steps.get(2)));
        assertThat(steps.getFirst().verify()).allMatch(this::holds);
        done(undo(steps.getFirst()));
        assertThat(on.value("SELECT count(*) FROM pg_proc WHERE proname LIKE 'zz_rubicon%'")).isEqualTo("0");
        on.database.run("ALTER TABLE users DROP COLUMN username");
    }
}
