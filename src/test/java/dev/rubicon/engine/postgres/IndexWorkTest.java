package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.RecordingWatch;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.TargetSession;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IndexWorkTest {

    private static final String BUILD = "CREATE INDEX CONCURRENTLY users_name ON users (name)";

    private final PostgresTarget on = new PostgresTarget() {
    };
    private final RecordingWatch watch = new RecordingWatch();
    private TargetSession session;

    @BeforeEach
    void open() {
        session = on.engine().open(on.newTarget(), new Claim(7, "node-a"));
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, name text)",
                "INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 1000) i");
    }

    @AfterEach
    void close() {
        session.close();
    }

    private StepOutcome perform(String sql) {
        return perform(sql, Direction.FORWARD, Duration.ofMinutes(1));
    }

    private StepOutcome perform(String sql, Direction direction, Duration deadline) {
        return session.perform(new StepOrder("plan-a", 1, "sha256:plan", "a", direction, PostgresTarget.sql(sql), 3, 7,
                1, "sha256:" + sql, "20260101000000_a", Duration.ofMillis(100), Duration.ofMillis(500), deadline),
                watch);
    }

    private boolean valid(String index) {
        return on.value("SELECT bool_and(indisvalid AND indisready) FROM pg_index WHERE indexrelid = to_regclass('"
                + index + "')").equals("true");
    }

    private boolean exists(String index) {
        return on.value("SELECT to_regclass('" + index + "') IS NOT NULL").equals("true");
    }

    private void assertLedger(Direction direction) {
        assertThat(session.ledger("plan-a")).singleElement().extracting(LedgerRow::direction).isEqualTo(direction);
        assertThat(on.value("SELECT count(*) FROM rubicon.index_intent")).isEqualTo("0");
    }

    @Test
    void buildsAnIndex() {
        assertThat(perform(BUILD)).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isFalse());

        assertThat(valid("users_name")).isTrue();
        assertLedger(Direction.FORWARD);
    }

    @Test
    void leavesAnIndexThatWasThereBefore() {
        on.database.run("CREATE INDEX users_name ON users (name)");

        assertThat(perform(BUILD)).isInstanceOfSatisfying(StepOutcome.Done.class, done -> {
            assertThat(done.before()).isTrue();
            assertThat(done.message()).contains("before Rubicon");
        });
        assertLedger(Direction.SKIP);

        perform("DROP INDEX CONCURRENTLY users_name", Direction.ROLLBACK, Duration.ofMinutes(1));
        assertThat(exists("users_name")).isTrue();
    }

    @Test
    void takesAnIndexThatIsThereAsRebuiltOnTheWayBack() {
        on.database.run("CREATE INDEX users_name ON users (name)");
        perform("DROP INDEX CONCURRENTLY users_name");
        on.database.run("CREATE INDEX users_name ON users (name)");

        perform(BUILD, Direction.ROLLBACK, Duration.ofMinutes(1));
        assertLedger(Direction.ROLLBACK);
    }

    @Test
    void refusesANameThatAnotherTablesIndexHas() {
        on.database.run("CREATE TABLE other (name text)", "CREATE INDEX users_name ON other (name)");

        assertThat(perform(BUILD)).isInstanceOfSatisfying(StepOutcome.Failed.class,
                failed -> assertThat(failed.cause()).isEqualTo("name-taken"));
    }

    @Test
    void dropsAnInvalidLeftoverAndBuildsAnew() {
        on.database.run("CREATE INDEX users_name ON users (name)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_name'::regclass");
        String before = on.value("SELECT 'users_name'::regclass::oid");

        assertThat(perform(BUILD)).isInstanceOf(StepOutcome.Done.class);

        assertThat(valid("users_name")).isTrue();
        assertThat(on.value("SELECT 'users_name'::regclass::oid")).isNotEqualTo(before);
        assertLedger(Direction.FORWARD);
    }

    @Test
    void buildsAnewWhatACrashLeftHalfBuilt() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET name = 'w' WHERE id = 1")) {
            CompletableFuture<StepOutcome> build = on.meanwhile(() -> perform(BUILD));
            await().until(() -> exists("users_name"));
            on.terminate(watch.pid);
            assertThat(build.join()).isInstanceOf(StepOutcome.Lost.class);
        }
        assertThat(valid("users_name")).isFalse();

        assertThat(perform(BUILD)).isInstanceOf(StepOutcome.Done.class);
        assertThat(valid("users_name")).isTrue();
        assertLedger(Direction.FORWARD);
    }

    @Test
    void recordsTheIndexThatACrashedTryHadFinished() {
        on.database.run("INSERT INTO rubicon.index_intent (plan, step, direction, checksum, fence, object, present) "
                + "VALUES ('plan-a', 'a', 'forward', 'sha256:" + BUILD + "', 1, 'users_name', false)",
                "CREATE INDEX users_name ON users (name)");

        assertThat(perform(BUILD)).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isFalse());
        assertLedger(Direction.FORWARD);
    }

    @Test
    void knowsItsOwnIndexAgainWhenTheLedgerCouldNotBeWritten() {
        try (PostgresTarget.Open other = on.transaction("LOCK TABLE rubicon.ledger IN EXCLUSIVE MODE")) {
            assertThat(perform(BUILD)).isInstanceOf(StepOutcome.Waiting.class);
        }
        assertThat(valid("users_name")).isTrue();
        assertThat(session.ledger("plan-a")).isEmpty();

        assertThat(perform(BUILD)).isInstanceOf(StepOutcome.Done.class);
        assertLedger(Direction.FORWARD);
    }

    @Test
    void tellsWhomTheBuildWaitsForAndHowFarItIs() {
        CompletableFuture<StepOutcome> build;
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET name = 'w' WHERE id = 1")) {
            build = on.meanwhile(() -> perform(BUILD));
            await().until(() -> !watch.waits.isEmpty() && !watch.progress.isEmpty());
        }
        assertThat(build.join()).isInstanceOf(StepOutcome.Done.class);
        assertThat(watch.waits.getFirst().getFirst().application()).isEqualTo("the-shop");
        assertThat(watch.progress.getFirst().phase()).contains("waiting for writers");
    }

    @Test
    void clearsAwayWhatACancelledBuildLeaves() {
        CompletableFuture<StepOutcome> build;
        try (PostgresTarget.Open reader = on.transaction("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1")) {
            build = on.meanwhile(() -> perform(BUILD));
            await().until(() -> exists("users_name"));
            watch.signal = () -> Signal.CANCEL;
            assertThat(build.orTimeout(15, TimeUnit.SECONDS).join()).isInstanceOf(StepOutcome.Stopped.class);
        }
        assertThat(exists("users_name")).isFalse();
        assertThat(session.ledger("plan-a")).isEmpty();
    }

    @Test
    void cancelsABuildThatPassesItsDeadline() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET name = 'w' WHERE id = 1")) {
            assertThat(perform(BUILD, Direction.FORWARD, Duration.ofMillis(600)))
                    .isInstanceOf(StepOutcome.Failed.class)
                    .satisfies(outcome -> assertThat(outcome.toString()).contains("deadline"));
        }
    }

    @Test
    void failsAUniqueIndexOverDuplicatesAndLeavesNone() {
        on.database.run("UPDATE users SET name = 'same'");

        assertThat(perform("CREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name)"))
                .isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
                    assertThat(failed.sqlState()).isEqualTo("23505");
                    assertThat(failed.facts()).containsKey("detail");
                });
        assertThat(exists("users_name")).isFalse();
    }

    @Test
    void worksWithIfNotExistsAndRefusesAnIndexWithoutName() {
        on.database.run("CREATE INDEX users_name ON users (name)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_name'::regclass");

        assertThat(perform("CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name)"))
                .isInstanceOf(StepOutcome.Done.class);
        assertThat(valid("users_name")).isTrue();
    }

    @Test
    void refusesAnIndexWithoutName() {
        assertThat(perform("CREATE INDEX CONCURRENTLY ON users (name)")).isInstanceOfSatisfying(
                StepOutcome.Failed.class, failed -> assertThat(failed.cause()).isEqualTo("index-unnamed"));
    }

    @Test
    void buildsInTheSchemaOfTheTable() {
        on.database.run("CREATE SCHEMA shop", "CREATE TABLE shop.\"Order\" (a int)");

        assertThat(perform("CREATE INDEX CONCURRENTLY \"Order_A\" ON shop.\"Order\" (a)"))
                .isInstanceOf(StepOutcome.Done.class);
        assertThat(valid("shop.\"Order_A\"")).isTrue();
    }

    @Test
    void dropsAnIndexAndTakesAnAbsentOneAsDropped() {
        on.database.run("CREATE INDEX users_name ON users (name)");

        assertThat(perform("DROP INDEX CONCURRENTLY users_name")).isInstanceOf(StepOutcome.Done.class);
        assertThat(exists("users_name")).isFalse();
        assertLedger(Direction.FORWARD);
    }

    @Test
    void skipsTheDropOfAnIndexThatWasNotThere() {
        assertThat(perform("DROP INDEX CONCURRENTLY users_name")).isInstanceOf(StepOutcome.Done.class);

        assertLedger(Direction.SKIP);
    }

    @Test
    void rebuildsAnIndexAndClearsWhatACrashLeft() {
        on.database.run("CREATE INDEX users_name ON users (name)");
        String rebuild = "REINDEX INDEX CONCURRENTLY users_name";
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET name = 'w' WHERE id = 1")) {
            CompletableFuture<StepOutcome> running = on.meanwhile(() -> perform(rebuild));
            await().until(() -> exists("users_name_ccnew"));
            on.terminate(watch.pid);
            assertThat(running.join()).isInstanceOf(StepOutcome.Lost.class);
        }
        assertThat(exists("users_name_ccnew")).isTrue();

        assertThat(perform(rebuild)).isInstanceOf(StepOutcome.Done.class);
        assertThat(valid("users_name")).isTrue();
        assertThat(exists("users_name_ccnew")).isFalse();
        assertLedger(Direction.FORWARD);
    }
}
