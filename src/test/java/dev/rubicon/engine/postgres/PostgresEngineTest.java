package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.StepObserver;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.registry.TargetCheck.Item;
import dev.rubicon.registry.TargetCheck.State;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PostgresEngineTest extends PostgresTarget {

    @Test
    void countsTheRowsOfStatementsThatChangeRows() {
        assertThat(
                forward("a", sql("INSERT INTO effect VALUES ('x'), ('y'), ('z'); DELETE FROM effect WHERE name = 'x'")))
                .isEqualTo(new StepOutcome.Done(false, 4, 2, "4 rows changed"));
    }

    @Test
    void doesSeveralStatementsWhollyOrNotAtAll() {
        forward("a", refused());

        assertThat(effects("half")).isZero();
    }

    @Test
    void writesItsLedgerWhateverRoleAStepTakes() {
        String role = "rubicon_owner_of_" + database.name();
        database.run("CREATE ROLE " + role, "GRANT CREATE ON SCHEMA public TO " + role);
        try {
            assertThat(forward("a", sql("SET ROLE %s; CREATE TABLE owned_1 (a int)".formatted(role))))
                    .isInstanceOf(StepOutcome.Done.class);
            assertThat(forward("b", sql("SET LOCAL SESSION AUTHORIZATION %s; CREATE TABLE owned_2 (a int)"
                    .formatted(role)))).isInstanceOf(StepOutcome.Done.class);

            assertThat(value("SELECT count(*) FROM pg_tables WHERE tableowner = '" + role + "'")).isEqualTo("2");
            assertThat(session.ledger("plan-a")).hasSize(2);
        } finally {
            database.run("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void looksOnAtAStepWhateverItTakesAndSets() {
        String role = "rubicon_blind_of_" + database.name();
        database.run("CREATE ROLE " + role, "GRANT CREATE ON SCHEMA public TO " + role, "CREATE SCHEMA sly",
                "GRANT USAGE ON SCHEMA sly TO " + role, "GRANT SELECT ON effect TO " + role,
                "CREATE TABLE noted (role text, path text, timeout text)", "GRANT INSERT ON noted TO " + role,
                "CREATE FUNCTION sly.differs(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT 1 / 0 = 1'",
                "CREATE OPERATOR sly.<> (LEFTARG = name, RIGHTARG = name, FUNCTION = sly.differs)",
                "REVOKE SELECT ON pg_catalog.pg_class, pg_catalog.pg_locks FROM PUBLIC");
        try (StepObserver observer = session.observe()) {
            assertThat(forward("a", sql("""
                    SET LOCAL search_path = sly, pg_catalog, public; SET LOCAL statement_timeout = '77s'; SET ROLE %s;
                    SELECT count(*) FROM effect;
                    INSERT INTO noted SELECT current_user, current_setting('search_path'),
                                             current_setting('statement_timeout')""".formatted(role))))
                    .isInstanceOf(StepOutcome.Done.class);

            assertThat(database.value("SELECT role || ' ' || path || ' ' || timeout FROM noted"))
                    .isEqualTo(role + " sly, pg_catalog, public 77s");
            assertThat(observer.end().statements().get(3).scans()).extracting(StepObservation.Scan::relation)
                    .containsExactly("public.effect");
        } finally {
            database.run("GRANT SELECT ON pg_catalog.pg_class, pg_catalog.pg_locks TO PUBLIC",
                    "DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void refusesTransactionControlInsideAStep() {
        assertThat(forward("a", sql("INSERT INTO effect VALUES ('x'); COMMIT"))).isInstanceOfSatisfying(
                StepOutcome.Failed.class, failed -> assertThat(failed.cause()).isEqualTo("transaction-control"));
        assertThat(effects("x")).isZero();
    }

    @Test
    void refusesAStatementWithoutTransactionBesideAnother() {
        assertThat(forward("a", sql("VACUUM effect; INSERT INTO effect VALUES ('x')"))).isInstanceOfSatisfying(
                StepOutcome.Failed.class, failed -> assertThat(failed.cause()).isEqualTo("not-transactional"));
    }

    @Test
    void runsAStatementThatTakesNoTransaction() {
        assertThat(forward("a", sql("VACUUM effect"))).isInstanceOf(StepOutcome.Done.class);

        assertThat(session.ledger("plan-a")).hasSize(1);
        assertThat(value("SELECT count(*) FROM rubicon.index_intent")).isEqualTo("0");
    }

    @Test
    void doesNotRepeatBlindlyWhatACrashLeftInDoubt() {
        String name = "rubicon_doubt_" + database.name();
        StepOrder order = order("a", Direction.FORWARD, sql("CREATE DATABASE " + name));
        database.run("CREATE DATABASE " + name,
                "INSERT INTO rubicon.index_intent (plan, step, direction, checksum, fence, object, present) VALUES "
                        + "('plan-a', 'a', 'forward', '" + order.checksum() + "', 1, 'CreatedbStmt', false)");

        assertThat(perform(order)).isInstanceOfSatisfying(StepOutcome.Failed.class,
                failed -> assertThat(failed.cause()).isEqualTo("in-doubt"));
        assertThat(session.ledger("plan-a")).isEmpty();
    }

    /** A step that waits for its lock for so long before it lets go. */
    private StepOrder patient(Duration burst) {
        StepOrder order = order("a", Direction.FORWARD, sql("ALTER TABLE effect ADD COLUMN a int"));
        return new StepOrder(order.plan(), 1, order.digest(), order.step(), order.direction(), order.work(), 3, RUN, 1,
                order.checksum(), order.migration(), order.stallBudget(), burst, order.deadline());
    }

    @Test
    void waitsBehindALockAndNamesItsHolder() {
        try (Open reader = transaction("SELECT * FROM effect")) {
            StepOutcome outcome = perform(patient(Duration.ofSeconds(4)));

            assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Waiting.class,
                    waiting -> assertThat(waiting.holders()).singleElement().satisfies(holder -> {
                        assertThat(holder.application()).isEqualTo("the-shop");
                        assertThat(holder.relation()).isEqualTo("effect");
                        assertThat(holder.mode()).isEqualTo("ACCESS SHARE");
                        assertThat(holder.query()).contains("SELECT * FROM effect");
                        assertThat(holder.backendStart()).isEqualTo(Instant.parse(value("SELECT to_char(backend_start "
                                + "AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM pg_stat_activity "
                                + "WHERE pid = " + holder.pid())));
                        assertThat(holder.transactionStart()).isAfter(holder.backendStart());
                    }));
            assertThat(watch.waits).isNotEmpty();
            assertThat(value("SELECT count(*) FROM pg_locks WHERE relation = 'effect'::regclass "
                    + "AND mode = 'AccessExclusiveLock'")).isEqualTo("0");
        }
        assertThat(forward("a", sql("ALTER TABLE effect ADD COLUMN a int"))).isInstanceOf(StepOutcome.Done.class);
    }

    @Test
    void keepsTheApplicationWaitingNoLongerThanTheStallBudget() throws SQLException {
        StepOrder patient = patient(Duration.ofSeconds(4));
        try (Open reader = transaction("SELECT * FROM effect");
                Open application = transaction(
                        "SET lock_timeout = '1s'");
                Statement statement = application.connection().createStatement()) {
            application.connection().setAutoCommit(true);
            CompletableFuture<StepOutcome> step = meanwhile(() -> perform(patient));
            while (!step.isDone()) {
                // the server measures how long it waits for the lock, and refuses it when that is too long
                statement.execute("SELECT count(*) FROM effect");
            }
            assertThat(step.join()).isInstanceOf(StepOutcome.Waiting.class);
        }
    }

    @Test
    void losesNothingAndDoublesNothingWhenTheConnectionDiesBeforeTheCommit() {
        CompletableFuture<StepOutcome> step = meanwhile(
                () -> forward("a", sql("INSERT INTO effect VALUES ('x'); SELECT pg_sleep(30)")));
        await().until(() -> running("pg_sleep"));
        terminate(watch.pid);

        assertThat(step.join()).isInstanceOf(StepOutcome.Lost.class);
        assertThat(effects("x")).isZero();

        assertThat(forward("a", sql("INSERT INTO effect VALUES ('x')")))
                .isInstanceOfSatisfying(StepOutcome.Done.class, done -> assertThat(done.before()).isFalse());
        assertThat(effects("x")).isEqualTo(1);
    }

    private boolean running(String text) {
        return !value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
                + "AND pid <> pg_backend_pid() AND query LIKE '%" + text + "%'").equals("0");
    }

    @Test
    void cancelsALongStatementAndTellsWhatBecameOfIt() {
        CompletableFuture<StepOutcome> step = meanwhile(
                () -> forward("a", sql("INSERT INTO effect VALUES ('x'); SELECT pg_sleep(60)")));
        await().until(() -> running("pg_sleep"));
        watch.signal = () -> Signal.CANCEL;

        assertThat(step.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join())
                .isInstanceOfSatisfying(StepOutcome.Stopped.class, stopped -> {
                    assertThat(stopped.signal()).isEqualTo(Signal.CANCEL);
                    assertThat(stopped.observed()).contains("rolled back");
                });
        assertThat(effects("x")).isZero();
    }

    @Test
    void tellsThatSomebodyElseCancelledTheStatement() {
        CompletableFuture<StepOutcome> step = meanwhile(() -> forward("a", sql("SELECT pg_sleep(60)")));
        await().until(() -> running("pg_sleep"));
        value("SELECT pg_cancel_backend(" + watch.pid + ")");

        assertThat(step.join()).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("cancelled-by-other");
            assertThat(failed.message()).contains("57014");
        });
    }

    @Test
    void cancelsAStatementThatPassesItsDeadline() {
        StepOrder order = order("a", Direction.FORWARD, sql("SELECT pg_sleep(60)"));
        StepOrder hurried = new StepOrder(order.plan(), 1, order.digest(), order.step(), order.direction(),
                order.work(), 3, RUN, 1, order.checksum(), order.migration(), order.stallBudget(), order.burst(),
                Duration.ofSeconds(1));

        assertThat(perform(hurried)).isInstanceOfSatisfying(StepOutcome.Failed.class,
                failed -> assertThat(failed.cause()).isEqualTo("deadline"));
    }

    @Test
    void breaksOffTheWorkWhenTheLockConnectionIsLost() {
        CompletableFuture<StepOutcome> step = meanwhile(
                () -> forward("a", sql("INSERT INTO effect VALUES ('x'); SELECT pg_sleep(60)")));
        await().until(() -> running("pg_sleep"));
        value("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rubicon run/7 lock' "
                + "AND datname = current_database()");

        assertThat(step.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join())
                .isInstanceOf(StepOutcome.Lost.class);
        await().until(() -> !running("pg_sleep"));
        assertThat(effects("x")).isZero();
    }

    @Test
    void refusesTheWritesOfAnEarlierClaim() {
        try (Open other = transaction("UPDATE rubicon.fence SET token = token + 1")) {
            try {
                other.connection().commit();
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        assertThat(forward("a", effect("x"))).isEqualTo(new StepOutcome.Fenced(session.fence() + 1));
        assertThat(effects("x")).isZero();
    }

    @Test
    void refusesAWriteWhoseFenceFellWhileItWaited() {
        // it is to wait until the fence has fallen, however slow the machine is
        StepOrder patient = patient(Duration.ofMinutes(1));
        try (Open reader = transaction("SELECT * FROM effect")) {
            CompletableFuture<StepOutcome> step = meanwhile(() -> perform(patient));
            await().until(() -> !watch.waits.isEmpty());
            database.run("UPDATE rubicon.fence SET token = token + 1");

            assertThat(step.join()).isInstanceOf(StepOutcome.Fenced.class);
        }
    }

    @Test
    void endsWhatAnEarlierRunLeftBehind() {
        CompletableFuture<StepOutcome> old = meanwhile(
                () -> forward("a", sql("INSERT INTO effect VALUES ('old'); SELECT pg_sleep(60)")));
        await().until(() -> running("pg_sleep"));
        value("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rubicon run/7 lock' "
                + "AND datname = current_database()");

        try (TargetSession next = engine().open(target, new Claim(8, "node-b"))) {
            assertThat(running("pg_sleep")).isFalse();
            assertThat(next.fence()).isGreaterThan(session.fence());
            assertThat(next.perform(order("a", Direction.FORWARD, effect("new")), watch))
                    .isInstanceOf(StepOutcome.Done.class);
        }
        assertThat(old.join()).isInstanceOf(StepOutcome.Lost.class);
        assertThat(effects("old")).isZero();
        assertThat(effects("new")).isEqualTo(1);
    }

    @Test
    void endsTheFrozenBackendOfAnEarlierRun() {
        session.close();
        try (Open frozen = transaction(
                "SET application_name = 'rubicon run/5 step/old'; INSERT INTO effect VALUES ('f')");
                TargetSession next = engine().open(target, new Claim(8, "node-b"))) {
            assertThat(value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rubicon run/5 step/old' "
                    + "AND datname = current_database()")).isEqualTo("0");
            assertThat(next.fence()).isGreaterThan(session.fence());
        }
    }

    @Test
    void namesTheHolderOfATableThatTheStatementDoesNotName() {
        database.run("CREATE TABLE parent (id int PRIMARY KEY)",
                "CREATE TABLE child (parent int REFERENCES parent)");
        try (Open reader = transaction("SELECT * FROM parent")) {
            assertThat(forward("a", sql("DROP TABLE child"))).isInstanceOfSatisfying(StepOutcome.Waiting.class,
                    waiting -> assertThat(waiting.holders()).singleElement()
                            .satisfies(holder -> assertThat(holder.relation()).isEqualTo("parent")));
        }
    }

    @Test
    void namesItsSessionAfterRunAndStep() {
        forward("name-it", sql("INSERT INTO effect SELECT current_setting('application_name')"));

        assertThat(effects("rubicon run/7 step/name-it")).isEqualTo(1);
    }

    @Test
    void forgetsWhatAnEarlierStepSetInTheSession() {
        forward("a", sql("SET search_path = nowhere; SET statement_timeout = 1"));

        assertThat(forward("b", effect("x"))).isInstanceOf(StepOutcome.Done.class);
    }

    @Test
    void worksASecondTimeWithoutThePrivilegeToCreate() {
        String role = database.name() + "_low";
        database.run("CREATE ROLE " + role + " LOGIN PASSWORD 'low'", "GRANT USAGE ON SCHEMA rubicon TO " + role,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA rubicon TO " + role,
                "GRANT ALL ON effect TO " + role);
        session.close();

        try (TargetSession low = engine().open(access(role, "low"), new Claim(9, "node-a"))) {
            assertThat(low.perform(order("a", Direction.FORWARD, effect("x")), watch))
                    .isInstanceOf(StepOutcome.Done.class);
        }
        assertThat(engine().check(access(role, "low"))).satisfies(check -> {
            assertThat(check.ok()).isTrue();
            assertThat(check.items()).filteredOn(item -> item.state() == State.LIMITED).extracting(Item::name)
                    .contains("statistics", "signal");
        });
    }

    @Test
    void tellsWhatItMayDoOnTheTarget() {
        TargetCheck check = engine().check(target);

        assertThat(check.ok()).isTrue();
        assertThat(check.serverVersion()).isNotBlank();
        assertThat(check.identity()).isNotNull()
                .satisfies(identity -> assertThat(identity.systemIdentifier()).isNotBlank())
                .satisfies(identity -> assertThat(identity.database()).isEqualTo(database.name()));
        assertThat(check.items()).extracting(Item::name).contains("connect", "version", "pooler", "use-schema",
                "statistics", "signal", "transport", "identity");
    }

    @Test
    void tellsThatTheSchemaCannotBeCreated() {
        session.close();
        String role = database.name() + "_none";
        database.run("DROP SCHEMA rubicon CASCADE", "CREATE ROLE " + role + " LOGIN PASSWORD 'none'");

        TargetCheck check = engine().check(access(role, "none"));

        assertThat(check.ok()).isFalse();
        assertThat(check.items()).filteredOn(item -> item.state() == State.MISSING).extracting(Item::name)
                .containsExactly("create-schema");
        assertThatThrownBy(() -> engine().open(access(role, "none"), new Claim(9, "node-a")))
                .isInstanceOf(TargetUnavailable.class);
    }

    @Test
    void seesATransactionPoolerByTwoConnectionsThatShareABackend() {
        assertThat(new PoolerSign(1, 2, 1).found()).isFalse();
        assertThat(new PoolerSign(1, 1, 3).found()).isTrue();
        assertThat(new PoolerSign(1, 2, 3).found()).isTrue();
    }

    @Test
    void readsOnlyAndOnlyOneSelect() {
        forward("a", effect("kept"));
        assertThat(session.query("SELECT 1, NULL, 'x' UNION ALL SELECT 2, 'b', 'y' ORDER BY 1", Duration.ofSeconds(5)))
                .containsExactly(java.util.Arrays.asList("1", null, "x"), List.of("2", "b", "y"));
        for (String sql : List.of("DELETE FROM effect", "SELECT 1; COMMIT; DELETE FROM effect",
                "WITH gone AS (DELETE FROM effect RETURNING 1) SELECT * FROM gone", "SELECT nothing", "SELEC",
                "SELECT pg_sleep(20)")) {
            assertThatThrownBy(() -> session.query(sql, Duration.ofMillis(300))).isInstanceOf(QueryFailed.class);
        }
        assertThat(effects("kept")).isEqualTo(1);
        assertThat(session.query("SELECT generate_series(1, 3000)", Duration.ofSeconds(5))).hasSize(1_000);
    }

    @Test
    void doesNotTakeABrokenConnectionForAQueryThatFails() {
        forward("a", effect("kept"));
        terminate(watch.pid);

        assertThatThrownBy(() -> session.query("SELECT 1", Duration.ofSeconds(5)))
                .isInstanceOf(TargetUnavailable.class);
        assertThat(session.query("SELECT 1", Duration.ofSeconds(5))).containsExactly(List.of("1"));
    }
}
