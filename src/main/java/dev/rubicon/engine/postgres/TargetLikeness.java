package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Likeness;
import dev.rubicon.engine.Likeness.ColumnLikeness;
import dev.rubicon.engine.Likeness.TableLikeness;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a shadow needs to know of its target: numbers alone. The most common values and the bounds of histograms, which the
 * same view holds, are data and are never read.
 */
final class TargetLikeness {

    private static final String DATABASE = """
            SELECT pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype
              FROM pg_catalog.pg_database WHERE datname = current_database()""";
    private static final String EXTENSIONS = """
            SELECT extname || ' ' || extversion FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql' ORDER BY extname""";
    /** Of a partitioned table PostgreSQL 13 and older knows nothing; its parts count. */
    private static final String TABLES = """
            SELECT n.nspname, c.relname, c.reltuples
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'rubicon')
             ORDER BY n.nspname, c.relname""";
    private static final String COLUMNS = """
            SELECT schemaname, tablename, attname, null_frac, n_distinct, avg_width
              FROM pg_catalog.pg_stats
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'rubicon') AND NOT inherited""";

    private TargetLikeness() {}

    private record Column(String table, ColumnLikeness column) {}

    static Likeness read(Connection connection) throws SQLException {
        Rows.execute(connection, "SET statement_timeout = '60s'");
        Map<String, List<ColumnLikeness>> columns = new LinkedHashMap<>();
        Rows.list(connection, COLUMNS, row -> new Column(key(row.getString(1), row.getString(2)), new ColumnLikeness(
                row.getString(3), row.getDouble(4), row.getDouble(5), row.getInt(6))))
                .forEach(each -> columns.computeIfAbsent(each.table, table -> new ArrayList<>()).add(each.column));
        List<TableLikeness> tables = Rows.list(connection, TABLES, row -> new TableLikeness(row.getString(1),
                row.getString(2), row.getDouble(3),
                columns.getOrDefault(key(row.getString(1), row.getString(2)), List.of())));
        List<String> extensions = Rows.list(connection, EXTENSIONS, row -> row.getString(1));
        Map<String, String> settings = DatabaseSettings.read(connection);
        return Rows.first(connection, DATABASE, row -> new Likeness(row.getString(1), row.getString(2),
                row.getString(3), extensions, tables, settings)).orElseThrow();
    }

    private static String key(String schema, String table) {
        return schema + "\0" + table;
    }
}
