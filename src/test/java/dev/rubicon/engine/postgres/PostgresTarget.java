package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.EngineContract;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A database, the engine, and hands to disturb both: what the tests of this adapter share. */
abstract class PostgresTarget extends EngineContract {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());
    private static final Engine ENGINE = new PostgresEngine(SCRIPTS, new Fragments(SCRIPTS), Clock.systemUTC());

    protected final TestPostgres.Database database = TestPostgres.database();

    @Override
    protected Engine engine() {
        return ENGINE;
    }

    @Override
    protected TargetAccess newTarget() {
        database.run("CREATE TABLE effect (name text)");
        return access(database.user(), database.password());
    }

    protected TargetAccess access(String user, String password) {
        return new TargetAccess("target-a", EngineKind.POSTGRESQL, "production", database.url(), user, password,
                Map.of());
    }

    @Override
    protected TargetAccess withWrongPassword() {
        // the embedded server trusts everybody on loopback, so the role is what is wrong
        return access("nobody_here", "secret-of-nobody");
    }

    @Override
    protected Work effect(String name) {
        return sql("INSERT INTO effect VALUES ('" + name + "')");
    }

    @Override
    protected int effects(String name) {
        return Integer
                .parseInt(String.valueOf(database.value("SELECT count(*) FROM effect WHERE name = '" + name + "'")));
    }

    @Override
    protected Work refused() {
        return sql("INSERT INTO effect VALUES ('half'); ALTER TABLE no_such_table ADD COLUMN a int");
    }

    static Work.Sql sql(String text) {
        return new Work.Sql(List.of(text));
    }

    /** A transaction of the application that stays open until closed. */
    protected Open transaction(String sql) {
        try {
            Connection connection = DriverManager.getConnection(database.url() + "?ApplicationName=the-shop",
                    database.user(), database.password());
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
            return new Open(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    record Open(Connection connection) implements AutoCloseable {
        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    protected CompletableFuture<StepOutcome> meanwhile(Supplier<StepOutcome> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    protected void terminate(int pid) {
        database.value("SELECT pg_terminate_backend(" + pid + ")");
    }

    protected String value(String sql) {
        return String.valueOf(database.value(sql));
    }
}
