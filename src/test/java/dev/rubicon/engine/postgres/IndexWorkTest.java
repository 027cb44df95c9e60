package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexWorkTest extends ConcurrentWork {

    private static final String BUILD = "CREATE INDEX CONCURRENTLY users_name ON users (name)";

    @BeforeEach
    void makeTable() {
        on.database.run("CREATE TABLE users (id int PRIMARY KEY, name text)",
                "INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 1000) i");
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
        assertThat(watch.progress).anySatisfy(told -> assertThat(told.phase()).contains("waiting for writers"));
    }

    @Test
    void clearsAwayWhatACancelledBuildLeaves() {
        CompletableFuture<StepOutcome> build;
        try (PostgresTarget.Open reader = on.transaction("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1")) {
            build = on.meanwhile(() -> perform(BUILD));
            await().until(() -> exists("users_name"));
            watch.signal = () -> Signal.CANCEL;
            assertThat(build.orTimeout(60, TimeUnit.SECONDS).join()).isInstanceOf(StepOutcome.Stopped.class);
        }
        assertThat(exists("users_name")).isFalse();
        assertThat(session.ledger("plan-a")).isEmpty();
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
    void refusesAnIndexOfThatNameWithAnotherDefinition() {
        on.database.run("CREATE INDEX users_name ON users (lower(name))");

        assertThat(perform(BUILD)).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("other-definition");
            assertThat(failed.message()).contains("lower(name)").contains(BUILD);
        });
        assertThat(session.ledger("plan-a")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (name) WHERE name LIKE 'a%' AND id IN (1, 2)   | (name) WHERE name ~~ 'a%' AND id = ANY (ARRAY[1, 2])
            USING btree (lower(name) text_pattern_ops ASC) | ((lower(users.name)) text_pattern_ops)
            (name) INCLUDE (id) WITH (fillfactor = 70)     | USING btree (name ASC NULLS LAST) INCLUDE (id) WITH (fillfactor='70')
            """)
    void knowsADefinitionInOtherWords(String asked, String there) {
        on.database.run("CREATE INDEX users_name ON users " + there);

        assertThat(perform("CREATE INDEX CONCURRENTLY users_name ON public . users " + asked))
                .isInstanceOfSatisfying(StepOutcome.Done.class, done -> assertThat(done.before()).isTrue());
        assertLedger(Direction.SKIP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(name DESC)", "(name) WHERE id > 0", "(name) INCLUDE (id)", "USING hash (name)",
            "(name COLLATE \"C\")", "(name, id)"})
    void tellsDefinitionsApart(String there) {
        on.database.run("CREATE INDEX users_name ON users " + there);

        assertThat(perform(BUILD)).isInstanceOfSatisfying(StepOutcome.Failed.class,
                failed -> assertThat(failed.cause()).isEqualTo("other-definition"));
    }

    @Test
    void takesNoOrdinaryIndexForAUniqueOne() {
        on.database.run("CREATE INDEX users_name ON users (name)");

        assertThat(perform("CREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name)"))
                .isInstanceOfSatisfying(StepOutcome.Failed.class,
                        failed -> assertThat(failed.cause()).isEqualTo("other-definition"));
    }

    @Test
    void waitsForASessionThatStillBuildsTheIndex() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET name = 'w' WHERE id = 1")) {
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> on.database.run(BUILD),
                    task -> Thread.ofVirtual().start(task));
            await().until(() -> exists("users_name"));

            assertThat(perform(BUILD)).isInstanceOfSatisfying(StepOutcome.Waiting.class,
                    waiting -> assertThat(waiting.message()).contains("another session"));
            assertThat(other).isNotDone();
        }
        await().until(() -> valid("users_name"));
        assertThat(perform(BUILD)).isInstanceOf(StepOutcome.Done.class);
        assertLedger(Direction.SKIP);
    }

    @Test
    void saysThatTheUnfinishedIndexStaysWhereAnOpenTransactionKeepsIt() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET name = 'w' WHERE id = 1")) {
            assertThat(perform(BUILD, Direction.FORWARD, Duration.ofSeconds(2)))
                    .isInstanceOfSatisfying(StepOutcome.Failed.class,
                            failed -> assertThat(failed.message()).contains("deadline").contains("users_name")
                                    .contains("next try drops it"));
        }
        assertThat(perform(BUILD)).isInstanceOf(StepOutcome.Done.class);
        assertThat(valid("users_name")).isTrue();
        assertLedger(Direction.FORWARD);
    }

    @Test
    void leavesABuildThatIsAskedToPauseToItsEnd() {
        try (PostgresTarget.Open writer = on.transaction("UPDATE users SET name = 'w' WHERE id = 1")) {
            CompletableFuture<StepOutcome> build = on.meanwhile(() -> perform(BUILD));
            await().until(() -> !watch.waits.isEmpty());
            AtomicInteger asked = new AtomicInteger();
            watch.signal = () -> {
                asked.incrementAndGet();
                return Signal.PAUSE;
            };
            await().until(() -> asked.get() > 1);
            assertThat(build).isNotDone();
            writer.close();
            assertThat(build.join()).isInstanceOf(StepOutcome.Done.class);
        }
        assertThat(watch.goneOn).hasValueGreaterThan(0);
        assertLedger(Direction.FORWARD);
    }
}
