package dev.rubicon.faults;

import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A session of ours that stands in somebody's way with an open transaction. */
final class Hold implements AutoCloseable {

    private final Connection connection;

    /** Opens a transaction and runs these statements in it. */
    Hold(TestPostgres.Database database, String... statements) {
        try {
            connection = DriverManager.getConnection(database.url(), database.user(), database.password());
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets go; a session that the fault took down is gone already. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException alreadyGone) {
            return;
        }
    }
}
