package dev.rubicon.chaos;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database as the application and the checker reach it: past Rubicon, by plain JDBC. */
record Place(String url, String user, String password) {

    private static final int SILENCE_SECONDS = 30;

    /** A connection under this application name. */
    Connection connect(String name) throws SQLException {
        return DriverManager.getConnection(url + "?ApplicationName=" + name + "&socketTimeout=" + SILENCE_SECONDS
                + "&connectTimeout=5", user, password);
    }

    /** Runs statements of no interesting result. */
    static void run(Connection connection, String... statements) throws SQLException {
        for (String sql : statements) {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    /** Rows of a query, each value as text; a NULL is the empty text. */
    static List<List<String>> rows(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                List<List<String>> rows = new ArrayList<>();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.add(text(result.getString(i)));
                    }
                    rows.add(row);
                }
                return rows;
            }
        }
    }

    /** The one number that a query counts. */
    static long count(Connection connection, String sql, Object... values) throws SQLException {
        return Long.parseLong(rows(connection, sql, values).getFirst().getFirst());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
