package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.schema.SchemaSnapshot;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the schema with one query per family of objects, in one READ ONLY transaction. On the catalogs the queries take
 * ACCESS SHARE, which only stands in the way of a VACUUM FULL of a catalog. To print views, conditions and expressions the
 * server takes the same for a moment on the tables that those name: behind whoever holds one exclusively Rubicon waits half
 * a second and then gives up, and what was locked is let go after each query, so that no ALTER TABLE waits for the rest.
 */
public final class SnapshotReader {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int TRIES = 3;
    private static final String INTERNAL_ERROR = "XX000";
    /** What prints names, times and numbers in one way alone, however role and database are set. */
    private static final List<String> PINNED = List.of("search_path = ''", "quote_all_identifiers = off",
            "standard_conforming_strings = on", "datestyle = 'ISO, YMD'", "intervalstyle = postgres",
            "timezone = 'UTC'",
            "extra_float_digits = 1", "bytea_output = hex", "lc_monetary = 'C'");
    private static final List<Family> FAMILIES = List.of(new Namespaces(), new Types(), new Routines(), new Operators(),
            new TextSearch(), new Foreign(), new Sequences(), new Tables(), new Views(), new Constraints(),
            new Indexes(),
            new Triggers(), new Publications(), new DefaultPrivileges(), new Members());

    private final Connection connection;

    /** @param connection in autocommit; it is again when the reading has ended */
    public SnapshotReader(Connection connection) {
        this.connection = connection;
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Printing looks at the catalogs as they are now, not as the transaction sees them: when an object goes meanwhile, the
     * server trips over it, and the whole is read again.
     *
     * @throws SQLException when the server refuses or the time is over; 55P03 when a table is held exclusively
     */
    public SchemaSnapshot read() throws SQLException {
        for (int tries = 1;; tries++) {
            connection.setAutoCommit(false);
            try {
                return readOnce();
            } catch (SQLException e) {
                if (tries == TRIES || !INTERNAL_ERROR.equals(e.getSQLState())) {
                    throw e;
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private SchemaSnapshot readOnce() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            statement.execute("SET LOCAL statement_timeout = " + LIMIT.toMillis());
            statement.execute("SET LOCAL lock_timeout = " + PATIENCE.toMillis());
            for (String setting : PINNED) {
                statement.execute("SET LOCAL " + setting);
            }
            int version = list(statement, "SELECT current_setting('server_version_num')::int / 10000",
                    row -> row.getInt(1)).getFirst();
            List<Part> parts = new ArrayList<>();
            for (Family family : FAMILIES) {
                parts.addAll(listed(statement, """
                        SELECT kind, class::oid::bigint AS class, oid::oid::bigint AS oid, part, name, owner, roles, stand_in,
                               statements
                          FROM (%s) AS listed""".formatted(Family.filled(family.sql(version)))));
            }
            return new SnapshotText(parts, list(statement, Remark.SQL, Remark::read),
                    list(statement, Grant.SQL, Grant::read), list(statement, Dependency.SQL, Dependency::read))
                    .snapshot(version);
        }
    }

    /** Going back to a savepoint gives back the locks that were taken since. */
    private List<Part> listed(Statement statement, String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        List<Part> parts = list(statement, sql, Part::read);
        connection.rollback(before);
        return parts;
    }

    private static <T> List<T> list(Statement statement, String sql, Reader<T> reader) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        }
    }
}
