package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script.ConcurrentIndex;
import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An index as the catalogs have it.
 *
 * @param table the table it is on, as to_regclass prints it
 * @param partitioned whether it is the index of a partitioned table, which holds nothing itself
 * @param usable valid and ready: queries use it, and writes maintain it
 * @param definition the whole CREATE INDEX
 * @param shape the definition without the names of index and table: equal for indexes that do the same
 * @param options the storage parameters as they stand in the shape, or an empty text
 * @param builder for an index that is not usable: the backend that builds it right now or may do so, or 0
 */
record IndexFacts(long oid, String schema, String name, String table, boolean partitioned, boolean usable,
        String definition, String shape, String options, int builder) {

    private static final Pattern TRANSITIONAL = Pattern.compile("_cc(new|old)[0-9]*$");

    // names and expressions come from pg_get_indexdef, which locks nothing; a session that builds an index holds SHARE
    // UPDATE EXCLUSIVE on the table throughout, also where its progress is not to be seen yet
    private static final String SELECT = """
            SELECT c.oid, n.nspname, c.relname, i.indrelid::regclass::text AS on_table, c.relkind = 'I' AS partitioned,
                   i.indisvalid AND i.indisready AS usable, d.definition,
                   CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END
                   || substr(d.definition, length(format('CREATE %sINDEX %I ON %s%I.%I ',
                          CASE WHEN i.indisunique THEN 'UNIQUE ' END, c.relname,
                          CASE WHEN c.relkind = 'I' THEN 'ONLY ' END,
                          CASE WHEN t.relnamespace = pg_my_temp_schema() THEN 'pg_temp' ELSE tn.nspname END,
                          t.relname)) + 1) AS shape,
                   coalesce((SELECT ' WITH (' || string_agg(quote_ident(o.option_name) || '='
                                    || CASE quote_ident(o.option_value) WHEN o.option_value THEN o.option_value
                                            ELSE quote_literal(o.option_value) END, ', ') || ')'
                             FROM pg_options_to_table(c.reloptions) o), '') AS options,
                   CASE WHEN i.indisvalid AND i.indisready THEN 0 ELSE coalesce(
                       (SELECT p.pid FROM pg_stat_progress_create_index p
                        WHERE p.index_relid = c.oid AND p.datname = current_database() LIMIT 1),
                       (SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                        WHERE l.relation = i.indrelid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
                          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                          AND a.backend_type = 'client backend' AND l.pid <> pg_backend_pid() LIMIT 1),
                       0) END AS builder
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid
            JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
            CROSS JOIN LATERAL (SELECT pg_get_indexdef(c.oid) AS definition) d
            """;

    private static final Rows.Reader<IndexFacts> READER = row -> new IndexFacts(row.getLong("oid"),
            row.getString("nspname"), row.getString("relname"), row.getString("on_table"),
            row.getBoolean("partitioned"), row.getBoolean("usable"), row.getString("definition"),
            row.getString("shape"), row.getString("options"), row.getInt("builder"));

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

    /** The index that a statement is about. */
    static Optional<IndexFacts> of(Connection connection, ConcurrentIndex wanted) throws SQLException {
        String name = String.valueOf(wanted.name());
        return wanted.table() == null
                ? named(connection, wanted.schema(), name)
                : beside(connection, wanted.table(), name);
    }

    static Optional<IndexFacts> of(Connection connection, long oid) throws SQLException {
        return Rows.first(connection, SELECT + "WHERE c.oid = ?::oid", READER, oid);
    }

    /** What the partition has for the index of its parent. */
    static Optional<IndexFacts> attached(Connection connection, long parentIndex, long partition)
            throws SQLException {
        return Rows.first(connection, SELECT + """
                WHERE i.indrelid = ?::oid
                  AND c.oid IN (SELECT h.inhrelid FROM pg_inherits h WHERE h.inhparent = ?::oid)
                """, READER, partition, parentIndex);
    }

    /** What a partition at any depth has that goes along when the index of the tree's root is dropped. */
    static List<IndexFacts> attachedBelow(Connection connection, long rootIndex, long partition) throws SQLException {
        return Rows.list(connection, SELECT + """
                WHERE i.indrelid = ?::oid AND c.oid <> ?::oid
                  AND c.oid IN (SELECT tree.relid FROM pg_partition_tree(?::oid::regclass) tree)
                """, READER, partition, rootIndex, rootIndex);
    }

    /** The indexes of a table that are part of no other. */
    static List<IndexFacts> unattached(Connection connection, long table) throws SQLException {
        return Rows.list(connection, SELECT + """
                WHERE i.indrelid = ?::oid AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid)
                ORDER BY c.relname
                """, READER, table);
    }

    /** Those of the indexes that queries cannot use, and those beside them that a REINDEX CONCURRENTLY left. */
    static List<IndexFacts> unusable(Connection connection, List<Long> tables) throws SQLException {
        return Rows.list(connection, SELECT + "WHERE i.indrelid = ANY (?) AND NOT i.indisvalid ORDER BY c.relname",
                READER, connection.createArrayOf("oid", tables.toArray()));
    }

    /** Whether its name is one that REINDEX CONCURRENTLY gives to the index that it builds, or takes away. */
    boolean transitional() {
        return TRANSITIONAL.matcher(name).find();
    }

    /** Whether it is one of another index's: the server cuts a long name to make room for the suffix. */
    boolean transitionalOf(String index) {
        return index.startsWith(TRANSITIONAL.matcher(name).replaceFirst(""));
    }

    /** Whether it does the same as one of that shape; storage parameters aside. */
    boolean fits(IndexFacts other) {
        return shape.replace(options, "").equals(other.shape.replace(other.options, ""));
    }

    String sql() {
        return Identifiers.qualified(schema, name);
    }
}
