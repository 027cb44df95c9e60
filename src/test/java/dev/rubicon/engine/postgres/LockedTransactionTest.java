package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How the locks of a step are had without an application queueing behind it. */
class LockedTransactionTest extends PostgresTarget {

    private StepOutcome patiently(String sql) {
        StepOrder order = order("a", Direction.FORWARD, sql(sql));
        return perform(new StepOrder(order.plan(), 1, order.digest(), order.step(), order.direction(), order.work(), 3,
                RUN, 1, order.checksum(), order.migration(), order.stallBudget(), Duration.ofMinutes(2),
                Duration.ofMinutes(2)));
    }

    /** What the step's backend waits for, seen again and again until it is done. */
    private Set<String> waitedFor(CompletableFuture<StepOutcome> step) throws SQLException {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (Connection watcher = DriverManager.getConnection(database.url(), database.user(), database.password())) {
            while (!step.isDone()) {
                seen.addAll(Rows.list(watcher, """
                        SELECT relation::regclass::text || ' ' || mode FROM pg_locks
                        WHERE NOT granted AND pid = ? AND relation IS NOT NULL""", row -> row.getString(1), watch.pid));
            }
        }
        return seen;
    }

    @Test
    void neverStandsInTheQueueBehindAnOldTransaction() throws SQLException {
        database.run("CREATE TABLE parent (id int PRIMARY KEY)",
                "CREATE TABLE child (parent int REFERENCES parent)");
        try (Open reader = transaction("SELECT * FROM parent")) {
            for (String sql : List.of("ALTER TABLE parent ADD COLUMN a int", "DROP TABLE child",
                    "ALTER TABLE child DROP CONSTRAINT child_parent_fkey", "ALTER TABLE parent RENAME TO elder",
                    "ALTER TABLE child ADD COLUMN b int; ALTER TABLE parent ADD COLUMN b int")) {
                CompletableFuture<StepOutcome> step = meanwhile(() -> forward("a", sql(sql)));

                assertThat(waitedFor(step)).as(sql).isEmpty();
                assertThat(step.join()).as(sql).isInstanceOfSatisfying(StepOutcome.Waiting.class, waiting -> {
                    assertThat(waiting.holders()).extracting(Holder::relation).containsExactly("parent");
                    assertThat(waiting.message()).contains("the-shop", "without queueing");
                });
            }
        }
    }

    @Test
    void neverStandsInTheQueueOfAViewBehindAnOldTransaction() throws SQLException {
        database.run("CREATE VIEW names AS SELECT name FROM effect");
        try (Open reader = transaction("SELECT * FROM names")) {
            for (String sql : List.of("CREATE OR REPLACE VIEW names AS SELECT name FROM effect WHERE name <> ''",
                    "ALTER VIEW names RENAME TO labels", "DROP VIEW names")) {
                CompletableFuture<StepOutcome> step = meanwhile(() -> forward("a", sql(sql)));

                assertThat(waitedFor(step)).as(sql).isEmpty();
                assertThat(step.join()).as(sql).isInstanceOfSatisfying(StepOutcome.Waiting.class,
                        waiting -> assertThat(waiting.holders()).extracting(Holder::relation)
                                .containsExactly("names"));
            }
        }
    }

    @Test
    void leavesAPartOfTheStallBudgetToTheStatements() {
        StepOrder order = order("a", Direction.FORWARD, sql("ALTER TABLE effect ADD COLUMN a int; "
                + "INSERT INTO effect SELECT current_setting('lock_timeout')"));

        assertThat(perform(order)).isInstanceOf(StepOutcome.Done.class);
        assertThat(value("SELECT name FROM effect")).isEqualTo(order.stallBudget().toMillis() * 4 / 5 + "ms");
    }

    @Test
    void holdsNothingWhileItWaits() {
        try (Open reader = transaction("SELECT * FROM effect")) {
            CompletableFuture<StepOutcome> step = meanwhile(
                    () -> patiently("ALTER TABLE effect ADD COLUMN a int"));
            await().until(() -> !watch.waits.isEmpty());

            assertThat(value("SELECT count(*) FROM effect")).isEqualTo("0");
            database.run("INSERT INTO effect VALUES ('x')");
            reader.close();
            assertThat(step.join()).isInstanceOf(StepOutcome.Done.class);
        }
    }

    @Test
    void doesNotCountWhoeverIsNotInItsWay() {
        database.run("CREATE TABLE parent (id int PRIMARY KEY)", "CREATE TABLE child (parent int)");
        try (Open reader = transaction("SELECT * FROM parent, child")) {
            assertThat(forward("a", sql("ALTER TABLE child ADD FOREIGN KEY (parent) REFERENCES parent NOT VALID")))
                    .isInstanceOf(StepOutcome.Done.class);
        }
    }

    /** Readers whose transactions overlap, so that the table is never free. */
    private final class Crowd implements AutoCloseable {

        private final AtomicBoolean goOn = new AtomicBoolean(true);
        private final List<CompletableFuture<Void>> clients = new ArrayList<>();

        Crowd(int size, String sql) {
            for (int i = 0; i < size; i++) {
                clients.add(CompletableFuture.runAsync(() -> work(sql), task -> Thread.ofVirtual().start(task)));
            }
        }

        private void work(String sql) {
            try (Connection connection = DriverManager.getConnection(database.url(), database.user(),
                    database.password()); Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (goOn.get()) {
                    statement.execute(sql);
                    statement.execute("SELECT pg_sleep(0.02)");
                    connection.commit();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            goOn.set(false);
            clients.forEach(CompletableFuture::join);
        }
    }

    @Test
    void getsInAmongTransactionsThatNeverLeaveAGap() {
        try (Crowd crowd = new Crowd(8, "SELECT count(*) FROM effect")) {
            assertThat(patiently("ALTER TABLE effect ADD COLUMN a int")).isInstanceOf(StepOutcome.Done.class);
        }
    }

    @Test
    void getsInWhereOthersTakeTheSameTablesInAnotherOrder() {
        database.run("CREATE TABLE parent (id int PRIMARY KEY)", "INSERT INTO parent VALUES (1)",
                "CREATE TABLE child (parent int REFERENCES parent)");
        try (Crowd crowd = new Crowd(8, "INSERT INTO child VALUES (1); SELECT count(*) FROM parent")) {
            assertThat(patiently("ALTER TABLE child DROP CONSTRAINT child_parent_fkey"))
                    .isInstanceOf(StepOutcome.Done.class);
        }
    }

    @Test
    void retriesWhatItCouldNotForesee() {
        database.run("CREATE TABLE hidden (a int)");
        try (Open reader = transaction("SELECT * FROM hidden")) {
            String sql = "ALTER TABLE effect ADD COLUMN a int; DO $$ BEGIN "
                    + "EXECUTE 'ALTER TABLE ' || lower('HIDDEN') || ' ADD COLUMN b int'; END $$";
            StepOrder order = order("a", Direction.FORWARD, sql(sql));
            // long enough for a look at who holds the lock while the statement queues for it, on any machine
            StepOrder queueing = new StepOrder(order.plan(), 1, order.digest(), order.step(), order.direction(),
                    order.work(), 3, RUN, 1, order.checksum(), order.migration(), Duration.ofSeconds(3), order.burst(),
                    order.deadline());
            assertThat(perform(queueing)).isInstanceOfSatisfying(StepOutcome.Waiting.class, waiting -> {
                assertThat(waiting.holders()).extracting(Holder::relation).contains("hidden");
                assertThat(waiting.message()).contains("not foreseen");
            });
            assertThat(value("SELECT count(*) FROM information_schema.columns WHERE table_name = 'effect'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void namesWhoWaitsInFront() {
        try (Open reader = transaction("SELECT * FROM effect")) {
            CompletableFuture<Void> queued = CompletableFuture
                    .runAsync(() -> database.run("ALTER TABLE effect SET (fillfactor = 90), ADD COLUMN other int"));
            await().until(() -> value("SELECT count(*) FROM pg_locks WHERE NOT granted AND "
                    + "relation = 'effect'::regclass").equals("1"));

            assertThat(forward("a", sql("COMMENT ON TABLE effect IS 'x'"))).isInstanceOfSatisfying(
                    StepOutcome.Waiting.class,
                    waiting -> assertThat(waiting.message()).contains("waits itself").doesNotContain("the-shop"));
            reader.close();
            queued.join();
        }
    }

    @Test
    void getsAlongWithoutThePrivilegeToLock() {
        String role = database.name() + "_low";
        database.run("CREATE ROLE " + role + " LOGIN PASSWORD 'low'", "GRANT USAGE ON SCHEMA rubicon TO " + role,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA rubicon TO " + role,
                "GRANT ALL ON SCHEMA public TO " + role, "CREATE TABLE parent (id int PRIMARY KEY)",
                "GRANT SELECT, REFERENCES ON parent TO " + role);
        session.close();

        try (TargetSession low = engine().open(access(role, "low"), new Claim(9, "node-a"))) {
            StepOrder order = order("a", Direction.FORWARD, sql("CREATE TABLE child (parent int REFERENCES parent)"));
            try (Open writer = transaction("INSERT INTO parent VALUES (1)")) {
                assertThat(low.perform(order, watch)).isInstanceOf(StepOutcome.Waiting.class);
            }
            assertThat(low.perform(order, watch)).isInstanceOf(StepOutcome.Done.class);
        }
    }

    @Test
    void plansAnewWhenItsTableIsAnotherByNow() {
        database.run("CREATE TABLE moved (a int)");
        try (Open reader = transaction("SELECT * FROM moved")) {
            CompletableFuture<StepOutcome> step = meanwhile(
                    () -> patiently("ALTER TABLE IF EXISTS moved ADD COLUMN b int"));
            await().until(() -> !watch.waits.isEmpty());
            CompletableFuture<Void> gone = CompletableFuture.runAsync(() -> database.run("DROP TABLE moved"));
            await().until(() -> value("SELECT count(*) FROM pg_locks WHERE NOT granted AND "
                    + "relation = 'moved'::regclass").equals("1"));
            reader.close();
            gone.join();

            assertThat(step.join()).isInstanceOf(StepOutcome.Done.class);
        }
    }

    @Test
    void makesAnAutovacuumGiveWay() {
        // On a server with few databases: the launcher takes a tenth of a second for each that other tests have left.
        TestPostgres.Database few = TestPostgres.strainedDatabase();
        few.run("CREATE TABLE worn (a int) WITH (autovacuum_enabled = off)",
                "INSERT INTO worn SELECT n FROM generate_series(1, 200000) n", "DELETE FROM worn WHERE a % 2 = 0",
                "ALTER TABLE worn SET (autovacuum_enabled = on, autovacuum_vacuum_threshold = 1, "
                        + "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, "
                        + "autovacuum_vacuum_cost_limit = 1)");
        session.close();
        session = engine().open(new TargetAccess("target-a", EngineKind.POSTGRESQL, "production", few.url(), few.user(),
                few.password(), Map.of()), new Claim(RUN, "node-a"));
        await().atMost(Duration.ofMinutes(3)).until(() -> !"0".equals(few.value("SELECT count(*) FROM pg_stat_activity "
                + "WHERE datname = current_database() AND backend_type = 'autovacuum worker' AND query LIKE '%worn%'")));

        assertThat(patiently("ALTER TABLE worn ADD COLUMN b int")).isInstanceOf(StepOutcome.Done.class);
        assertThat(watch.waits.getFirst()).extracting(Holder::relation).contains("worn");
    }
}
