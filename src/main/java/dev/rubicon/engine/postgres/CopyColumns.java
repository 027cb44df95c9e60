package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * Which columns of the other table a copying backfill fills: the named ones, or all of the same name.
 *
 * @param overriding whether one of them is GENERATED ALWAYS AS IDENTITY, whose values are copied all the same
 */
record CopyColumns(List<String> names, boolean overriding) {

    private record Column(String name, boolean generated, boolean alwaysIdentity) {}

    static CopyColumns of(Connection connection, String source, String into, Collection<String> named)
            throws SQLException {
        List<Column> targets = columns(connection, into);
        if (targets.isEmpty()) {
            throw Ending.failed("table-missing", "There is no table " + into);
        }
        List<String> wanted = named.isEmpty()
                ? columns(connection, source).stream().map(Column::name).toList()
                : List.copyOf(named);
        List<String> missing = wanted.stream()
                .filter(name -> targets.stream().noneMatch(column -> column.name().equals(name))).toList();
        if (!missing.isEmpty()) {
            throw Ending.failed("columns-differ",
                    into + " has no column " + String.join(", ", missing) + "; name the columns to copy in 'set'");
        }
        List<Column> filled = targets.stream().filter(column -> wanted.contains(column.name()) && !column.generated())
                .toList();
        return new CopyColumns(filled.stream().map(Column::name).toList(),
                filled.stream().anyMatch(Column::alwaysIdentity));
    }

    private static List<Column> columns(Connection connection, String table) throws SQLException {
        return Rows.list(connection, """
                SELECT attname, attgenerated <> '', attidentity = 'a' FROM pg_attribute
                WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum""",
                row -> new Column(row.getString(1), row.getBoolean(2), row.getBoolean(3)), table);
    }
}
