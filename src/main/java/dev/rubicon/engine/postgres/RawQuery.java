package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A query that holds text of an author's: no parameter, no JDBC escapes, so a question mark stays an operator. */
final class RawQuery {

    private RawQuery() {}

    /** The single row. */
    static <T> T row(Connection connection, String sql, Rows.Reader<T> reader) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet result = statement.executeQuery(sql)) {
                if (!result.next()) {
                    throw new SQLException("the query answered no row");
                }
                return reader.read(result);
            }
        }
    }
}
