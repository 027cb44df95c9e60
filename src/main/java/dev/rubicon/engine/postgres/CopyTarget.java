package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The table that rows are copied into, as far as copies are found in it.
 *
 * @param sql its name as it stands in statements
 * @param types of its columns, as values are cast to them before they are compared
 * @param keys columns of its unique indexes over columns alone, the primary key first
 * @param others whether something else makes rows unique as well: an expression, a part of the table, an exclusion
 */
record CopyTarget(String sql, Map<String, String> types, List<List<String>> keys, boolean others) {

    private record Index(boolean plain, List<String> columns) {}

    /** Empty where this role may not read it. */
    static Optional<CopyTarget> of(Connection connection, String sql) throws SQLException {
        if (!Rows.first(connection, "SELECT has_table_privilege(to_regclass(?)::oid, 'SELECT')",
                row -> row.getBoolean(1), sql).orElse(false)) {
            return Optional.empty();
        }
        Map<String, String> types = Rows.list(connection, """
                SELECT a.attname, %s FROM pg_attribute a
                WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped""".formatted(Unequal.TYPE),
                row -> Map.entry(row.getString(1), row.getString(2)), sql).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        List<Index> unique = Rows.list(connection, """
                SELECT i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL,
                       array(SELECT a.attname::text FROM generate_series(0, i.indnkeyatts - 1) AS n
                             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n] ORDER BY n)
                FROM pg_index i
                WHERE i.indrelid = to_regclass(?) AND (i.indisunique OR i.indisexclusion)
                ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid""",
                row -> new Index(row.getBoolean(1), List.of((String[]) row.getArray(2).getArray())), sql);
        return Optional.of(new CopyTarget(sql, types,
                unique.stream().filter(Index::plain).map(Index::columns).toList(),
                !unique.stream().allMatch(Index::plain)));
    }

    List<String> constraint(Connection connection, String name) throws SQLException {
        return Rows.list(connection, """
                SELECT a.attname FROM pg_constraint c
                CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
                WHERE c.conrelid = to_regclass(?) AND c.conname = ? AND c.contype IN ('p', 'u')
                ORDER BY k.place""", row -> row.getString(1), sql, name);
    }
}
