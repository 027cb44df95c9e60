package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Catalog;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.SetAside;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.postgres.schema.SnapshotReader;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.TargetAccess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads on a connection, each query in a READ ONLY transaction of its own. */
final class ReadOnly {

    private static final int MOST_ROWS = 1_000;

    private final TargetAccess access;
    private final Scripts scripts;

    ReadOnly(TargetAccess access, Scripts scripts) {
        this.access = access;
        this.scripts = scripts;
    }

    List<List<@Nullable String>> query(Connection connection, String sql, Duration timeout) {
        demandOneSelect(sql);
        try {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION READ ONLY");
                statement.execute("SET LOCAL statement_timeout = " + timeout.toMillis());
                statement.setEscapeProcessing(false);
                statement.setMaxRows(MOST_ROWS);
                try (ResultSet result = statement.executeQuery(sql)) {
                    return rows(result);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A text of several statements could end the READ ONLY transaction with its first. */
    private void demandOneSelect(String sql) {
        try {
            List<Scripts.Parsed> statements = scripts.trees(sql);
            if (statements.size() != 1 || !statements.getFirst().node().equals("SelectStmt")) {
                throw new QueryFailed("The text has to be one SELECT", null);
            }
        } catch (PgQuery.SyntaxException | Grammar.Overtaxed e) {
            throw new QueryFailed("The query cannot be parsed: " + e.getMessage(), null);
        }
    }

    List<LedgerRow> ledger(Connection connection, String plan) {
        try {
            return LedgerSchema.hasLedger(connection) ? Ledger.of(connection, plan) : List.of();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    List<SetAside> aside(Connection connection, String plan, String step, Direction direction, long after, int limit) {
        try {
            return AsideRows.of(connection, plan, step, direction, after, limit);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    Catalog catalog(Connection connection) {
        try {
            return new CatalogReader(connection, scripts).read();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    SchemaSnapshot snapshot(Connection connection) {
        try {
            return new SnapshotReader(connection).read();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A broken connection is no answer: whoever asked may ask again. */
    private RuntimeException failed(SQLException e) {
        String message = Connections.message(e, access);
        return SqlStates.connectionLost(e)
                ? new TargetUnavailable("The connection to " + access.name() + " broke: " + message, null)
                : new QueryFailed(message, null);
    }

    private static List<List<@Nullable String>> rows(ResultSet result) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        List<List<@Nullable String>> rows = new ArrayList<>();
        while (result.next()) {
            List<@Nullable String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                row.add(result.getString(i));
            }
            rows.add(row);
        }
        return rows;
    }
}
