package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.LocksSeen.Taken;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.LockMode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is known afterwards of the locks of a step on a target that others use. */
class LockSightTest extends PostgresTarget {

    private static final Duration LONG = Duration.ofMinutes(1);

    /** An order with time enough, so that a slow machine changes nothing. */
    private StepOutcome patiently(String step, String sql) {
        StepOrder order = order(step, Direction.FORWARD, sql(sql));
        return perform(new StepOrder(order.plan(), 1, order.digest(), order.step(), order.direction(), order.work(), 3,
                RUN, 1, order.checksum(), order.migration(), LONG, LONG, LONG));
    }

    private Taken lock(String relation) {
        return watch.locks.locks().stream().filter(lock -> lock.relation().equals(relation)).findFirst()
                .orElseThrow(() -> new AssertionError(relation + " is not in " + watch.locks));
    }

    private void awaitWaiters(int count, String relation) {
        await().atMost(LONG).until(() -> value("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '"
                + relation + "'::regclass").equals(String.valueOf(count)));
    }

    @Test
    void tellsWhatATransactionTookOfWhatWasThere() {
        database.run("CREATE TABLE gone (id int PRIMARY KEY)", "CREATE TABLE \"Odd name\" (id int)");

        patiently("a", "DROP TABLE gone; LOCK TABLE effect IN SHARE MODE; ALTER TABLE effect ADD COLUMN a int; "
                + "CREATE TABLE made (id int); LOCK TABLE \"Odd name\" IN SHARE MODE");

        assertThat(lock("public.gone")).satisfies(gone -> {
            assertThat(gone.kind()).isEqualTo("table");
            assertThat(gone.mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
            assertThat(gone.exact()).isTrue();
            assertThat(gone.taken()).isTrue();
            assertThat(gone.waitedMillis()).isZero();
        });
        assertThat(lock("public.effect").mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        assertThat(lock("public.\"Odd name\"").mode()).isEqualTo(LockMode.SHARE);
        assertThat(watch.locks.locks()).extracting(Taken::relation)
                .doesNotContain("public.made").doesNotHaveDuplicates()
                .allMatch(relation -> relation.startsWith("public."));
        assertThat(watch.locks.holders()).isEmpty();
        assertThat(watch.locks.waitedMillis()).isZero();
    }

    @Test
    void namesWhoHeldWhatAStepWaitedForAndForHowLong() {
        CompletableFuture<StepOutcome> step;
        try (Open reader = transaction("SELECT * FROM effect WHERE name = 'a secret'")) {
            step = meanwhile(() -> patiently("a", "ALTER TABLE effect ADD COLUMN a int"));
            await().atMost(LONG).until(() -> !watch.waits.isEmpty());
        }

        assertThat(step.join()).isInstanceOf(StepOutcome.Done.class);
        assertThat(watch.locks.waitedMillis()).isPositive();
        assertThat(lock("public.effect").waitedMillis()).isPositive();
        assertThat(lock("public.effect").taken()).isTrue();
        assertThat(watch.locks.holders()).extracting(Holder::application).contains("the-shop");
        assertThat(watch.locks.holders()).extracting(Holder::query).allMatch(
                query -> query == null || !query.contains("a secret"));
    }

    @Test
    void tellsOfAWaitThatCameToNothing() {
        try (Open reader = transaction("SELECT * FROM effect")) {
            assertThat(forward("a", sql("ALTER TABLE effect ADD COLUMN a int")))
                    .isInstanceOf(StepOutcome.Waiting.class);
        }

        assertThat(lock("public.effect").taken()).isFalse();
        assertThat(lock("public.effect").mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        assertThat(lock("public.effect").waitedMillis()).isPositive();
    }

    @Test
    void countsWhoWaitedBehindIt() {
        database.run("CREATE TABLE signal (n int)");
        try (Open signal = transaction("LOCK TABLE signal")) {
            // holds effect while it waits for the other table, which the plan of its locks does not foresee
            CompletableFuture<StepOutcome> step = meanwhile(() -> patiently("a", """
                    ALTER TABLE effect ADD COLUMN a int;
                    DO $$ BEGIN PERFORM * FROM signal; END $$"""));
            awaitWaiters(1, "signal");
            List<CompletableFuture<String>> readers = List.of(reader(), reader());
            awaitWaiters(2, "effect");
            await().atMost(LONG).until(() -> !watch.waits.isEmpty() || sampled());
            signal.close();

            assertThat(step.join()).isInstanceOf(StepOutcome.Done.class);
            readers.forEach(CompletableFuture::join);
        }
        assertThat(lock("public.effect").waiters()).isEqualTo(2);
        assertThat(lock("public.effect").waiterMillis()).isPositive();
        assertThat(lock("public.signal").waitedMillis()).isPositive();
        assertThat(lock("public.signal").waiters()).isZero();
    }

    private CompletableFuture<String> reader() {
        return CompletableFuture.supplyAsync(() -> value("SELECT count(*) FROM effect"),
                task -> Thread.ofVirtual().start(task));
    }

    /** The readers are behind for a moment already, whoever looks next sees them. */
    private boolean sampled() {
        return Integer.parseInt(value("""
                SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'effect'::regclass
                   AND waitstart < clock_timestamp() - interval '20 ms'""")) == 2;
    }

    @Test
    void samplesWhatRunsOutsideATransaction() {
        database.run("INSERT INTO effect SELECT i FROM generate_series(1, 1000) i");
        CompletableFuture<StepOutcome> step;
        try (Open writer = transaction("UPDATE effect SET name = 'y' WHERE name = '1'")) {
            step = meanwhile(() -> patiently("a", "CREATE INDEX CONCURRENTLY effect_name ON effect (name)"));
            await().atMost(LONG).until(() -> !watch.waits.isEmpty());
        }

        assertThat(step.join()).isInstanceOf(StepOutcome.Done.class);
        assertThat(lock("public.effect").mode()).isEqualTo(LockMode.SHARE_UPDATE_EXCLUSIVE);
        assertThat(lock("public.effect").exact()).isFalse();
        assertThat(watch.locks.holders()).extracting(Holder::application).contains("the-shop");
    }

    private static final int MANY = LockGlance.MOST_RELATIONS + 50;

    private String many(String each) {
        return IntStream.rangeClosed(1, MANY).mapToObj(each::formatted).collect(Collectors.joining(";\n"));
    }

    @Test
    void keepsTheStrongestOfManyLocksAndCountsTheOthers() {
        database.run(many("CREATE TABLE many_%d (id int)"), "CREATE TABLE zebra (id int)");

        assertThat(patiently("a", many("LOCK TABLE many_%d IN SHARE MODE")
                + "; " + many("CREATE TABLE made_%d (id int)") + "; ALTER TABLE zebra ADD COLUMN a int"))
                .isInstanceOf(StepOutcome.Done.class);

        assertThat(lock("public.zebra").mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        assertThat(watch.locks.locks()).extracting(Taken::relation).allMatch(
                relation -> relation.equals("public.zebra") || relation.startsWith("public.many_"));
        assertThat(watch.locks.locks().size() + watch.locks.more()).isEqualTo(MANY + 1);
    }

    @Test
    void readsNoMoreThanSoManyRelationsAtOneLook() throws SQLException {
        database.run(many("CREATE TABLE many_%d (id int)"));
        try (Open holder = transaction(many("LOCK TABLE many_%d IN SHARE MODE"));
                Connection lookout = DriverManager.getConnection(database.url(), database.user(),
                        database.password())) {
            LockGlance seen = LockGlance.of(lookout, List.of(Rows.backendPid(holder.connection())), LONG);

            assertThat(seen.locks()).hasSize(LockGlance.MOST_RELATIONS);
            assertThat(seen.names()).hasSize(LockGlance.MOST_RELATIONS);
            assertThat(seen.more()).isEqualTo(MANY - LockGlance.MOST_RELATIONS);
            assertThat(Rows.first(lookout, "SHOW statement_timeout", row -> row.getString(1))).contains("0");
            assertThat(Rows.first(lookout, "SHOW lock_timeout", row -> row.getString(1))).contains("0");
        }
    }

    @Test
    void looksFromASessionOfItsOwnWhateverTheStepHasSet() {
        // who asked in the transaction of the step what time it is would wait until the step's own timeout
        database.run("CREATE SCHEMA slow", """
                CREATE FUNCTION slow.clock_timestamp() RETURNS timestamptz LANGUAGE sql
                AS 'SELECT pg_catalog.now() FROM pg_catalog.pg_sleep(600)'""");

        assertThat(patiently("a", """
                ALTER TABLE effect ADD COLUMN a int;
                SET LOCAL statement_timeout = '20s';
                SET LOCAL search_path = slow, pg_catalog, public"""))
                .isInstanceOf(StepOutcome.Done.class);

        assertThat(lock("public.effect").mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        assertThat(session.ledger("plan-a")).hasSize(1);
    }

    @Test
    void doesTheStepWhoseLocksCannotBeSeen() {
        assertThat(patiently("a", """
                ALTER TABLE effect ADD COLUMN a int;
                LOCK TABLE pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE"""))
                .isInstanceOf(StepOutcome.Done.class);

        assertThat(watch.locks.locks()).isEmpty();
        assertThat(session.ledger("plan-a")).hasSize(1);
        assertThat(value("SELECT count(a) FROM effect")).isEqualTo("0");
        assertThat(forward("b", effect("x"))).isInstanceOf(StepOutcome.Done.class);
    }

    @Test
    void failsNobodyWhereTheLockConnectionIsGone() throws SQLException {
        Connection gone = DriverManager.getConnection(database.url(), database.user(), database.password());
        gone.close();
        LockSight sight = new LockSight(gone, LONG);

        sight.beforeCommit(1);
        sight.look(1);

        assertThat(sight.tell()).isEqualTo(LocksSeen.NOTHING);
    }

    @Test
    void losesATransactionThatDiesDuringTheLook() {
        // nobody may read the catalogs, so that the look waits for longer than the transaction may be idle
        assertThat(patiently("a", """
                ALTER TABLE effect ADD COLUMN a int;
                LOCK TABLE pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE;
                SET LOCAL idle_in_transaction_session_timeout = '10ms'"""))
                .isInstanceOf(StepOutcome.Lost.class);

        assertThat(session.ledger("plan-a")).isEmpty();
        assertThat(value("SELECT count(*) FROM pg_attribute WHERE attrelid = 'effect'::regclass AND attname = 'a'"))
                .isEqualTo("0");
        assertThat(forward("a", sql("ALTER TABLE effect ADD COLUMN a int"))).isInstanceOf(StepOutcome.Done.class);
    }
}
