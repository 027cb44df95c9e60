package dev.rubicon.engine.postgres;

import dev.rubicon.engine.TableSum;
import dev.rubicon.engine.facts.Identifiers;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sums over the rows of every table. A sum of hashes does not depend on the order of the rows, and columns are told apart by
 * their names: one that is dropped and added again stands elsewhere, and holds the same.
 */
final class TableSums {

    /** ACCESS SHARE on each table for the length of one scan. */
    private static final String COLUMNS = """
            SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C")
                       FILTER (WHERE a.attname IS NOT NULL)
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relkind = 'r' AND c.relpersistence <> 't'
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'rubicon')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                                  AND d.deptype = 'e')
             GROUP BY n.nspname, c.relname
             ORDER BY n.nspname, c.relname""";

    private TableSums() {}

    private record Table(String schema, String name, List<String> columns) {}

    static List<TableSum> of(Connection connection) throws SQLException {
        List<Table> tables = Rows.list(connection, COLUMNS, row -> new Table(row.getString(1), row.getString(2),
                row.getArray(3) == null ? List.of() : List.of((String[]) row.getArray(3).getArray())));
        printAlike(connection);
        List<TableSum> sums = new ArrayList<>();
        for (Table table : tables) {
            sums.add(sum(connection, table, ""));
        }
        return List.copyOf(sums);
    }

    /** From here on values are printed in one way alone, whatever the database is set to. */
    static void printAlike(Connection connection) throws SQLException {
        Rows.execute(connection, "SET datestyle = 'ISO, YMD'");
        Rows.execute(connection, "SET timezone = 'UTC'");
        Rows.execute(connection, "SET extra_float_digits = 1");
        Rows.execute(connection, "SET row_security = off");
    }

    /**
     * The sum without some of the rows.
     *
     * @param whole over the table
     * @param condition that the rows meet, on {@code t}
     */
    static TableSum without(Connection connection, TableSum whole, String schema, String name, String condition)
            throws SQLException {
        TableSum some = sum(connection, new Table(schema, name, List.copyOf(whole.columns().keySet())),
                "\n WHERE " + condition);
        SortedMap<String, String> columns = new TreeMap<>();
        whole.columns().forEach((column, sum) -> columns.put(column, minus(sum, some.columns().getOrDefault(column, "0 0"))));
        return new TableSum(whole.table(), whole.rows() - some.rows(), minus(whole.whole(), some.whole()), columns);
    }

    /** Number by number. */
    private static String minus(String from, String what) {
        String[] left = from.split(" ");
        String[] right = what.split(" ");
        return IntStream.range(0, left.length)
                .mapToObj(i -> new BigInteger(left[i]).subtract(new BigInteger(right[i])).toString())
                .collect(Collectors.joining(" "));
    }

    private static TableSum sum(Connection connection, Table table, String where) throws SQLException {
        String name = Identifiers.qualified(table.schema, table.name);
        List<String> quoted = table.columns.stream().map(Identifiers::quote).toList();
        String whole = "ROW(" + quoted.stream().map(column -> "t." + column + "::text")
                .collect(Collectors.joining(", ")) + ")::text";
        String parts = quoted.stream().map(column -> ",\n       " + hashed("coalesce(t." + column + "::text, '')")
                + " || ' ' || count(t." + column + ")").collect(Collectors.joining());
        return Rows.first(connection,
                "SELECT count(*),\n       %s%s\n  FROM ONLY %s t%s".formatted(hashed(whole), parts, name, where),
                row -> {
                    SortedMap<String, String> columns = new TreeMap<>();
                    for (int i = 0; i < table.columns.size(); i++) {
                        columns.put(table.columns.get(i), row.getString(3 + i));
                    }
                    return new TableSum(name, row.getLong(1), row.getString(2), columns);
                }).orElseThrow();
    }

    private static String hashed(String text) {
        return "coalesce(sum(pg_catalog.hashtextextended(" + text + ", 0)::numeric), 0)::text";
    }
}
