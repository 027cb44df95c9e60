package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plain JDBC in few words: on a target every statement and transaction is ours to see, so no template is in between. */
final class Rows {

    private Rows() {}

    /** One row as an object. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    static <T> List<T> list(Connection connection, String sql, Reader<T> reader, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, values);
                ResultSet result = statement.executeQuery()) {
            return read(result, reader);
        }
    }

    /**
     * The same for what is only nice to know: in one round trip, and in a transaction of its own with timeouts of its own.
     *
     * @param connection outside a transaction
     * @param longest that it may take; for a lock it waits no longer than a tenth of it
     */
    static <T> List<T> briefly(Connection connection, Duration longest, String sql, Reader<T> reader,
            @Nullable Object... values) throws SQLException {
        long millis = Math.max(10, longest.toMillis());
        String within = """
                SELECT set_config('statement_timeout', '%dms', true), set_config('lock_timeout', '%dms', true);
                """.formatted(millis, millis / 10);
        try (PreparedStatement statement = prepared(connection, within + sql, values)) {
            statement.execute();
            statement.getMoreResults();
            try (ResultSet result = statement.getResultSet()) {
                return read(result, reader);
            }
        }
    }

    private static <T> List<T> read(ResultSet result, Reader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        while (result.next()) {
            rows.add(reader.read(result));
        }
        return rows;
    }

    static <T> Optional<T> first(Connection connection, String sql, Reader<T> reader, @Nullable Object... values)
            throws SQLException {
        return list(connection, sql, reader, values).stream().findFirst();
    }

    /** The number of rows changed. */
    static long change(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeLargeUpdate();
        }
    }

    /** Runs a text as it is: no parameter, no JDBC escapes; the number of rows changed, or -1. */
    static long execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
            return statement.getLargeUpdateCount();
        }
    }

    static int backendPid(Connection connection) throws SQLException {
        return first(connection, "SELECT pg_backend_pid()", row -> row.getInt(1)).orElseThrow();
    }

    private static PreparedStatement prepared(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
