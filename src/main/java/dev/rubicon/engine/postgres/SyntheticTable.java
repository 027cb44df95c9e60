package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A table to be filled, as its catalogs describe it.
 *
 * @param keys column lists of which no two rows may have the same values
 */
record SyntheticTable(long oid, String schema, String name, List<Column> columns, List<List<String>> keys,
        List<Reference> references, List<Condition> conditions) {

    /**
     * @param type to cast a value to
     * @param base the type's plain name, that below a domain, and for an array that of its elements
     * @param category PostgreSQL's letter for the kind of type
     * @param modifier length or precision as the catalog has it, or -1
     * @param required whether it may not be null
     * @param labels of an enum
     */
    record Column(String name, String type, String base, String category, boolean array, int modifier, boolean required,
            List<String> labels) {}

    /** @param columns of this table, which hold values of {@code others} of the other */
    record Reference(long table, List<String> columns, List<String> others) {}

    record Condition(List<String> columns, String text) {}

    String sql() {
        return Identifiers.qualified(schema, name);
    }

    /** Whether a column is the last of a key that no column before it makes different already. */
    boolean isKey(String column) {
        return keys.stream().anyMatch(key -> key.contains(column));
    }

    private static final String TABLES = """
            SELECT c.oid::bigint, n.nspname, c.relname
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'rubicon')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
             ORDER BY n.nspname, c.relname""";
    private static final String COLUMNS = """
            SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), coalesce(e.typname, b.typname),
                   coalesce(e.typcategory, b.typcategory), e.oid IS NOT NULL,
                   CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END, a.attnotnull OR t.typnotnull,
                   ARRAY(SELECT l.enumlabel::text FROM pg_catalog.pg_enum l WHERE l.enumtypid = coalesce(e.oid, b.oid)
                          ORDER BY l.enumsortorder)
              FROM pg_catalog.pg_attribute a
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
              LEFT JOIN pg_catalog.pg_type e ON b.typcategory = 'A' AND e.oid = b.typelem
             WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
             ORDER BY a.attnum""";
    private static final String KEYS = """
            SELECT ARRAY(SELECT a.attname::text FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY k (number, place)
                           JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                          ORDER BY k.place)
              FROM pg_catalog.pg_index i WHERE i.indrelid = ?::oid AND i.indisunique ORDER BY i.indnkeyatts""";
    private static final String REFERENCES = """
            SELECT c.confrelid::bigint,
                   ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k (number, place)
                           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
                          ORDER BY k.place),
                   ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k (number, place)
                           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number
                          ORDER BY k.place)
              FROM pg_catalog.pg_constraint c
             WHERE c.conrelid = ?::oid AND c.contype = 'f' AND c.conparentid = 0 ORDER BY c.conname""";
    private static final String CONDITIONS = """
            SELECT ARRAY(SELECT a.attname::text FROM unnest(c.conkey) k (number)
                           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
                   pg_catalog.pg_get_constraintdef(c.oid)
              FROM pg_catalog.pg_constraint c WHERE c.conrelid = ?::oid AND c.contype = 'c' ORDER BY c.conname""";

    /** All of a database, by their oids. */
    static Map<Long, SyntheticTable> read(Connection connection) throws SQLException {
        Map<Long, SyntheticTable> tables = new LinkedHashMap<>();
        for (SyntheticTable bare : Rows.list(connection, TABLES, row -> new SyntheticTable(row.getLong(1),
                row.getString(2), row.getString(3), List.of(), List.of(), List.of(), List.of()))) {
            tables.put(bare.oid, of(connection, bare.oid, bare.schema, bare.name));
        }
        return tables;
    }

    /** One alone. */
    static SyntheticTable of(Connection connection, long oid, String schema, String name) throws SQLException {
        return new SyntheticTable(oid, schema, name, Rows.list(connection, COLUMNS, SyntheticTable::column, oid),
                Rows.list(connection, KEYS, row -> texts(row.getArray(1)), oid),
                Rows.list(connection, REFERENCES, row -> new Reference(row.getLong(1), texts(row.getArray(2)),
                        texts(row.getArray(3))), oid),
                Rows.list(connection, CONDITIONS, row -> new Condition(texts(row.getArray(1)), row.getString(2)), oid));
    }

    /** The same with those columns alone for which it holds. */
    SyntheticTable with(Predicate<Column> kept) {
        return new SyntheticTable(oid, schema, name, columns.stream().filter(kept).toList(), keys, references, conditions);
    }

    /** Columns that refer to other rows: only some values are allowed in them. */
    boolean refers(String column) {
        return references.stream().anyMatch(reference -> reference.columns().contains(column));
    }

    private static Column column(ResultSet row) throws SQLException {
        return new Column(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getBoolean(5),
                row.getInt(6), row.getBoolean(7), texts(row.getArray(8)));
    }

    private static List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : new ArrayList<>(List.of((String[]) array.getArray()));
    }
}
