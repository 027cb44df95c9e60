package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An index as the catalogs have it.
 *
 * @param table the table it is on, as to_regclass prints it
 * @param usable valid and ready: queries use it, and writes maintain it
 * @param builder the backend that is building it right now, or 0
 */
record IndexFacts(long oid, String schema, String name, String table, boolean usable, String definition, int builder) {

    private static final String SELECT = """
            SELECT c.oid, n.nspname, c.relname, i.indrelid::regclass::text AS on_table,
                   i.indisvalid AND i.indisready AS usable, pg_get_indexdef(c.oid) AS definition,
                   coalesce((SELECT p.pid FROM pg_stat_progress_create_index p
                             WHERE p.index_relid = c.oid AND p.datname = current_database() LIMIT 1), 0) AS builder
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid
            """;

    private static final Rows.Reader<IndexFacts> READER = row -> new IndexFacts(row.getLong("oid"),
            row.getString("nspname"), row.getString("relname"), row.getString("on_table"), row.getBoolean("usable"),
            row.getString("definition"), row.getInt("builder"));

    /** The index of that name beside the table: an index lies in its table's schema. */
    static Optional<IndexFacts> beside(Connection connection, String table, String name) throws SQLException {
        return Rows.first(connection, SELECT + """
                WHERE c.relname = ? AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass(?))
                """, READER, name, table);
    }

    /** The index that a name, with or without schema, leads to. */
    static Optional<IndexFacts> named(Connection connection, @Nullable String schema, String name)
            throws SQLException {
        return Rows.first(connection, SELECT + "WHERE c.oid = to_regclass(?)", READER,
                Identifiers.qualified(schema, name));
    }

    /** What a REINDEX CONCURRENTLY that failed left beside the index. */
    List<IndexFacts> leftovers(Connection connection) throws SQLException {
        return Rows.list(connection, SELECT + """
                WHERE i.indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = ?::oid) AND NOT i.indisvalid
                  AND c.relname ~ '_cc(new|old)[0-9]*$' AND starts_with(c.relname, left(?, 40))
                """, READER, oid, name);
    }

    String sql() {
        return Identifiers.qualified(schema, name);
    }
}
