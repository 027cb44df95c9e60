package dev.rubicon.bench;

import dev.rubicon.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** Somebody's report: a transaction that uses tables, and then stays open for a while with its snapshot. */
final class LongTransaction implements AutoCloseable {

    private final Connection connection;
    private final Statement statement;
    private final Thread sleeper;

    private LongTransaction(Connection connection, Duration length) throws SQLException {
        this.connection = connection;
        this.statement = connection.createStatement();
        this.sleeper = Thread.ofPlatform().daemon().name("long-transaction").unstarted(() -> sleep(length));
    }

    /** Returns when it holds the locks of its statements. */
    static LongTransaction begin(Database on, List<String> statements, Duration length) {
        try {
            Connection connection = DriverManager.getConnection(on.url() + "?ApplicationName=report", on.user(),
                    on.password());
            connection.setAutoCommit(false);
            LongTransaction begun = new LongTransaction(connection, length);
            for (String sql : statements) {
                begun.statement.execute(sql);
            }
            begun.sleeper.start();
            return begun;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sleep(Duration length) {
        try {
            statement.execute("SELECT pg_sleep(" + length.toMillis() / 1000.0 + ")");
            connection.commit();
        } catch (SQLException endedEarly) {
            return;
        }
    }

    @Override
    public void close() {
        try {
            if (sleeper.isAlive()) {
                statement.cancel();
            }
            Moments.await(sleeper);
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
