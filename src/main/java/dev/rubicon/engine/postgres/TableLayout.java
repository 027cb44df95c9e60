package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A table, or a view in its place, as it is at one moment of a migration.
 *
 * @param key columns that no two rows have alike and that are never null; empty where there are none
 * @param unique columns that any unique index looks at
 * @param referenced whether rows of other tables refer to its rows
 */
record TableLayout(long oid, String schema, String name, boolean view, List<Column> columns, List<String> key,
        Set<String> unique, boolean referenced) {

    /**
     * @param number that it keeps when it is renamed
     * @param numbered whether the server gives it a number of its own
     * @param generated whether nobody may write it
     */
    record Column(int number, String name, String type, boolean numbered, boolean generated) {

        String quoted() {
            return Identifiers.quote(name);
        }
    }

    /** An index stands for its table, and a partition for the whole. */
    private static final String RELATION = """
            SELECT c.oid::bigint, n.nspname, c.relname, c.relkind = 'v',
                   EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.oid)
              FROM (SELECT coalesce(i.indrelid, given.oid) AS oid
                      FROM (SELECT ?::bigint::oid AS oid) AS given LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = given.oid) AS t
              JOIN pg_catalog.pg_class c ON c.oid = coalesce(pg_catalog.pg_partition_root(t.oid), t.oid)
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v') AND c.relpersistence <> 't'
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'rubicon')""";
    private static final String COLUMNS = """
            SELECT a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                   a.attidentity <> '' OR coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%',
                   a.attgenerated <> ''
              FROM pg_catalog.pg_attribute a
              LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum""";
    private static final String KEY = """
            SELECT ARRAY(SELECT a.attname::text FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY k (number, place)
                           JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                          ORDER BY k.place)
              FROM pg_catalog.pg_index i
             WHERE i.indrelid = ?::bigint::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
               AND i.indexprs IS NULL
               AND NOT EXISTS (SELECT FROM unnest(i.indkey[0:i.indnkeyatts - 1]) k (number)
                                 JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                                WHERE NOT a.attnotnull)
             ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1""";
    /** An index over an expression depends on the columns in it. */
    private static final String UNIQUE = """
            SELECT DISTINCT a.attname::text
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum > 0
             WHERE i.indrelid = ?::bigint::oid AND i.indisunique
               AND (a.attnum = ANY (i.indkey)
                 OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                             WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid
                               AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = i.indrelid
                               AND d.refobjsubid = a.attnum))""";

    /** What a name means in SQL now; empty where there is no such table or view. */
    static Optional<TableLayout> named(Connection connection, String written) throws SQLException {
        Optional<Long> oid = Rows.first(connection, "SELECT pg_catalog.to_regclass(?)::oid::bigint",
                row -> row.getLong(1), written);
        return oid.isEmpty() || oid.get() == 0 ? Optional.empty() : of(connection, oid.get());
    }

    /** Empty when it is gone. */
    static Optional<TableLayout> of(Connection connection, long oid) throws SQLException {
        Optional<TableLayout> bare = Rows.first(connection, RELATION, TableLayout::bare, oid);
        return bare.isEmpty() ? bare : Optional.of(bare.get().full(connection));
    }

    private static TableLayout bare(ResultSet row) throws SQLException {
        return new TableLayout(row.getLong(1), row.getString(2), row.getString(3), row.getBoolean(4), List.of(),
                List.of(), Set.of(), row.getBoolean(5));
    }

    private TableLayout full(Connection connection) throws SQLException {
        return new TableLayout(oid, schema, name, view,
                Rows.list(connection, COLUMNS, row -> new Column(row.getInt(1), row.getString(2), row.getString(3),
                        row.getBoolean(4), row.getBoolean(5)), oid),
                Rows.first(connection, KEY, row -> List.of((String[]) row.getArray(1).getArray()), oid)
                        .orElse(List.of()),
                new TreeSet<>(Rows.list(connection, UNIQUE, row -> row.getString(1), oid)), referenced);
    }

    /** A view does not know which of its columns the table behind it numbers or holds apart: the table of the beginning does. */
    TableLayout inPlaceOf(TableLayout table) {
        return !view ? this : new TableLayout(oid, schema, name, true, columns.stream().map(column -> {
            Column before = table.column(column.name);
            return before == null
                    ? column
                    : new Column(column.number, column.name, column.type, before.numbered, before.generated);
        }).toList(), table.key, table.unique, referenced);
    }

    String sql() {
        return Identifiers.qualified(schema, name);
    }

    @Nullable
    Column column(String wanted) {
        return columns.stream().filter(column -> column.name.equals(wanted)).findFirst().orElse(null);
    }

    /** The tables that hold the rows: itself, or its partitions. */
    List<String[]> parts(Connection connection) throws SQLException {
        List<String[]> parts = new ArrayList<>(Rows.list(connection, """
                SELECT n.nspname, c.relname FROM pg_catalog.pg_partition_tree(?::bigint::oid::regclass) t
                  JOIN pg_catalog.pg_class c ON c.oid = t.relid AND t.isleaf
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace""",
                row -> new String[]{row.getString(1), row.getString(2)}, oid));
        if (parts.isEmpty()) {
            parts.add(new String[]{schema, name});
        }
        return parts;
    }
}
