package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A table in a tree of partitions, read from the catalogs without a lock. One that is being detached is no part of it. */
record Partition(long oid, String schema, String name, Kind kind) {

    /** What may stand in such a tree. */
    enum Kind {
        /** Holds rows. */
        TABLE,
        /** Has partitions itself. */
        PARTITIONED,
        /** Lies on another server. */
        FOREIGN
    }

    private static final String COLUMNS = """
            SELECT c.oid, n.nspname, c.relname,
                   CASE c.relkind WHEN 'p' THEN 'PARTITIONED' WHEN 'f' THEN 'FOREIGN' ELSE 'TABLE' END AS kind
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            """;

    private static final Rows.Reader<Partition> READER = row -> new Partition(row.getLong("oid"),
            row.getString("nspname"), row.getString("relname"), Kind.valueOf(row.getString("kind")));

    static Optional<Partition> named(Connection connection, String table) throws SQLException {
        return Rows.first(connection, COLUMNS + "WHERE c.oid = to_regclass(?)", READER, table);
    }

    /** Those right below, by name. */
    List<Partition> parts(Connection connection) throws SQLException {
        return Rows.list(connection, COLUMNS + """
                JOIN pg_inherits h ON h.inhrelid = c.oid
                WHERE h.inhparent = ?::oid AND NOT h.inhdetachpending ORDER BY c.relname, n.nspname""", READER, oid);
    }

    /** All below, at any depth. */
    List<Partition> tree(Connection connection) throws SQLException {
        return Rows.list(connection, """
                WITH RECURSIVE tree AS (
                    SELECT ?::oid AS oid
                    UNION
                    SELECT h.inhrelid FROM pg_inherits h JOIN tree ON h.inhparent = tree.oid
                    WHERE NOT h.inhdetachpending)
                """ + COLUMNS + "JOIN tree ON tree.oid = c.oid WHERE c.oid <> ?::oid", READER, oid, oid);
    }

    String sql() {
        return Identifiers.qualified(schema, name);
    }
}
