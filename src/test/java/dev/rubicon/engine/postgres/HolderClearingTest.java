package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.HolderAction;
import dev.rubicon.engine.HolderAnswer;
import dev.rubicon.engine.HolderAnswer.Seen;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a session that holds a lock when an operator wants it away, and whom a signal never reaches. */
class HolderClearingTest {

    private final TestPostgres.Database database = TestPostgres.database();
    private Connection shop;
    private int pid;

    @BeforeEach
    void aSessionOfTheShop() throws SQLException {
        database.run("CREATE TABLE orders (id int PRIMARY KEY)", "INSERT INTO orders VALUES (1)");
        shop = connect("the-shop");
        pid = Integer.parseInt(String.valueOf(value(shop, "SELECT pg_backend_pid()")));
    }

    @AfterEach
    void leave() throws SQLException {
        shop.close();
    }

    private Connection connect(String application) throws SQLException {
        return DriverManager.getConnection(database.url() + "?ApplicationName=" + application, database.user(),
                database.password());
    }

    private static @Nullable Object value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
            return row.next() ? row.getObject(1) : null;
        }
    }

    private void begin(String sql) throws SQLException {
        shop.setAutoCommit(false);
        try (Statement statement = shop.createStatement()) {
            statement.execute(sql);
        }
    }

    private TargetAccess access(String user, String password) {
        return new TargetAccess("shop", EngineKind.POSTGRESQL, "production", database.url(), user, password, Map.of());
    }

    private HolderAnswer clear(Holder holder, HolderAction action) {
        return new HolderClearing(access(database.user(), database.password()), holder, action).clear();
    }

    private Holder seen() {
        return seen("orders", "ACCESS SHARE");
    }

    private Holder seen(String relation, String mode) {
        return new Holder(pid, "shop", "the-shop", "active", Duration.ofSeconds(1), "SELECT", relation, mode,
                moment("backend_start"), moment("xact_start"));
    }

    private @Nullable Instant moment(String column) {
        return database.jdbc().sql("SELECT " + column + " FROM pg_stat_activity WHERE pid = ?").param(pid)
                .query((row, number) -> java.util.Optional.ofNullable(row.getObject(1, OffsetDateTime.class))).single()
                .map(OffsetDateTime::toInstant).orElse(null);
    }

    private CompletableFuture<String> reads() throws SQLException {
        shop.setAutoCommit(false);
        CompletableFuture<String> reading = CompletableFuture.supplyAsync(() -> {
            try {
                return String.valueOf(value(shop, "SELECT pg_sleep(60) FROM orders"));
            } catch (SQLException e) {
                return e.getSQLState();
            }
        });
        Awaitility.await().until(() -> "1".equals(database.value("SELECT count(*) FROM pg_locks WHERE pid = " + pid
                + " AND relation = 'orders'::regclass AND granted")));
        return reading;
    }

    @Test
    void cancelsARunningStatementAndSeesThatTheLockIsFree() throws SQLException {
        CompletableFuture<String> reading = reads();

        assertThat(clear(seen(), HolderAction.CANCEL)).satisfies(answer -> {
            assertThat(answer.seen()).isEqualTo(Seen.FREED);
            assertThat(answer.cleared()).isTrue();
        });
        assertThat(reading.join()).isEqualTo("57014");
    }

    @Test
    void saysThatACancelFreesNothingWhereNothingRuns() throws SQLException {
        begin("SELECT * FROM orders");

        assertThat(clear(seen(), HolderAction.CANCEL)).satisfies(answer -> {
            assertThat(answer.seen()).isEqualTo(Seen.STILL_HOLDS);
            assertThat(answer.message()).contains("idle in transaction").contains("End the session");
        });
        assertThat(value(shop, "SELECT count(*) FROM orders")).isEqualTo(1L);
    }

    @Test
    void endsASessionAndSeesItGo() throws SQLException {
        begin("UPDATE orders SET id = 2");

        assertThat(clear(seen("orders", "ROW EXCLUSIVE"), HolderAction.END).seen()).isEqualTo(Seen.GONE);
        assertThat(database.value("SELECT id FROM orders")).isEqualTo("1");
        assertThat(clear(seenBefore(), HolderAction.END).seen()).isEqualTo(Seen.GONE_BEFORE);
    }

    private Holder seenBefore() {
        return new Holder(pid, "shop", "the-shop", "active", Duration.ZERO, "", "orders", "ACCESS SHARE", Instant.now(),
                Instant.now());
    }

    @Test
    void neverHitsALaterSessionOfTheSamePid() throws SQLException {
        begin("SELECT * FROM orders");
        Holder now = seen();
        Holder earlier = new Holder(pid, now.user(), now.application(), now.state(), now.age(), now.query(),
                now.relation(), now.mode(), Instant.now().minusSeconds(3600), now.transactionStart());

        assertThat(clear(earlier, HolderAction.END).seen()).isEqualTo(Seen.GONE_BEFORE);
        assertThat(value(shop, "SELECT count(*) FROM orders")).isEqualTo(1L);
    }

    @Test
    void sendsNothingToASessionThatHoldsTheLockNoMore() throws SQLException {
        begin("SELECT * FROM orders");
        Holder before = seen();
        shop.commit();

        assertThat(clear(before, HolderAction.END).seen()).isEqualTo(Seen.FREE_BEFORE);
        begin("SELECT 1");
        assertThat(clear(before, HolderAction.END).seen()).isEqualTo(Seen.FREE_BEFORE);
        assertThat(value(shop, "SELECT 1")).isEqualTo(1);
    }

    @Test
    void knowsTheHolderOfARowByItsTransaction() throws SQLException {
        begin("UPDATE orders SET id = 2");
        Holder before = seen("orders", Holder.ROW_LOCK);
        shop.rollback();
        begin("UPDATE orders SET id = 3");

        assertThat(clear(before, HolderAction.END).seen()).isEqualTo(Seen.FREE_BEFORE);
        assertThat(clear(seen("", Holder.ROW_LOCK), HolderAction.END).seen()).isEqualTo(Seen.GONE);
    }

    @Test
    void neverSignalsASessionOfRubicon() throws SQLException {
        begin("SET application_name = 'rubicon run/9 step/x'; SELECT * FROM orders");

        assertThat(clear(seen(), HolderAction.END).seen()).isEqualTo(Seen.RUBICONS_OWN);
        assertThat(value(shop, "SELECT 1")).isEqualTo(1);
    }

    @Test
    void saysWhichRoleIsMissing() throws SQLException {
        String role = database.name() + "_low";
        database.run("CREATE ROLE " + role + " LOGIN PASSWORD 'low'");
        begin("SELECT * FROM orders");

        assertThat(new HolderClearing(access(role, "low"), seen(), HolderAction.END).clear()).satisfies(answer -> {
            assertThat(answer.seen()).isEqualTo(Seen.UNKNOWN);
            assertThat(answer.message()).contains("pg_read_all_stats");
        });
        database.run("GRANT pg_read_all_stats TO " + role);
        assertThat(new HolderClearing(access(role, "low"), seen(), HolderAction.END).clear()).satisfies(answer -> {
            assertThat(answer.seen()).isEqualTo(Seen.NOT_PERMITTED);
            assertThat(answer.message()).contains("pg_signal_backend");
        });
        assertThat(value(shop, "SELECT 1")).isEqualTo(1);
    }

    @Test
    void touchesNobodyWhoseBeginWasNotNoted() throws SQLException {
        begin("SELECT * FROM orders");
        Holder old = new Holder(pid, "shop", "the-shop", "active", Duration.ZERO, "", "orders", "ACCESS SHARE", null,
                null);

        assertThat(clear(old, HolderAction.END).seen()).isEqualTo(Seen.UNKNOWN);
        assertThat(value(shop, "SELECT 1")).isEqualTo(1);
    }
}
