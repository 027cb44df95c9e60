package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.QualifiedName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The catalogs of a database, as rows; numbers of columns are those of {@code pg_attribute}. */
record CatalogRows(List<RelationRow> relations, List<ColumnRow> columns, List<SequenceRow> sequences,
        List<ConstraintRow> constraints, List<IndexRow> indexes, List<TypeRow> types, List<ConstraintRow> domainChecks,
        List<RoutineRow> routines, List<ReadRow> reads, List<TriggerRow> triggers) {

    private static final String USERS = """
            n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'""";

    /**
     * @param parent of a partition or of an inheriting table, or 0
     * @param method of access, or null where it has none
     */
    record RelationRow(long oid, QualifiedName name, String kind, String persistence, boolean partition, long parent,
            @Nullable Long rows, @Nullable Long bytes, String owner, String tablespace, @Nullable String method,
            boolean rowSecurity) {}

    /** @param identity empty for none; {@code generated} likewise, else s or v */
    record ColumnRow(long relation, int number, String column, String typeSchema, String type, boolean array,
            String typeText, boolean notNull, @Nullable String defaultText, String identity, String generated) {}

    /** A sequence that goes with a column. */
    record SequenceRow(long sequence, long table, int column) {}

    /** @param relation the table, or the domain */
    record ConstraintRow(long relation, String name, String kind, List<Integer> columns, long references,
            List<Integer> referenced, boolean valid, boolean deferrable, boolean enforced, String text) {}

    record IndexRow(long oid, long table, QualifiedName name, boolean unique, boolean valid, List<Integer> columns,
            int keys, List<String> texts, String method, boolean behind, @Nullable QualifiedName parent,
            String definition) {}

    /** @param kind e, d or another of {@code pg_type.typtype} */
    record TypeRow(long oid, QualifiedName name, String kind, String baseSchema, String base, boolean array,
            String baseText, boolean notNull, List<String> values) {}

    record RoutineRow(QualifiedName name, int arguments, String volatility, @Nullable String definition) {}

    /** A column that a view reads; number 0 for the relation itself. */
    record ReadRow(long view, long relation, int column) {}

    record TriggerRow(long relation, String trigger, QualifiedName function, boolean enabled) {}

    static CatalogRows read(Connection connection, int version) throws SQLException {
        return new CatalogRows(relations(connection), columns(connection), sequences(connection),
                constraints(connection, version, "conrelid"), indexes(connection), types(connection),
                constraints(connection, version, "contypid"), routines(connection), reads(connection),
                triggers(connection));
    }

    private static QualifiedName name(ResultSet row, String schema, String name) throws SQLException {
        return new QualifiedName(row.getString(schema), row.getString(name));
    }

    /** Sizes by relpages: to ask for the files would open each table. Both are unknown until the first VACUUM or ANALYZE. */
    private static List<RelationRow> relations(Connection connection) throws SQLException {
        return Rows.list(connection, """
                SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relispartition,
                       coalesce((SELECT min(h.inhparent::bigint) FROM pg_inherits h WHERE h.inhrelid = c.oid), 0) AS parent,
                       CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS rows,
                       CASE WHEN c.reltuples >= 0 THEN current_setting('block_size')::bigint * (c.relpages
                            + coalesce((SELECT t.relpages FROM pg_class t WHERE t.oid = c.reltoastrelid), 0)
                            + coalesce(i.pages, 0)) END AS bytes,
                       pg_get_userbyid(c.relowner) AS owner, s.spcname, am.amname, c.relrowsecurity
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN (SELECT x.indrelid, sum(p.relpages) AS pages
                           FROM pg_index x JOIN pg_class p ON p.oid = x.indexrelid GROUP BY 1) i ON i.indrelid = c.oid
                JOIN pg_database d ON d.datname = current_database()
                JOIN pg_tablespace s ON s.oid = coalesce(nullif(c.reltablespace, 0), d.dattablespace)
                LEFT JOIN pg_am am ON am.oid = c.relam
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND\s""" + USERS, row -> new RelationRow(
                row.getLong("oid"), name(row, "nspname", "relname"), row.getString("relkind"),
                row.getString("relpersistence"), row.getBoolean("relispartition"), row.getLong("parent"),
                number(row, "rows"), number(row, "bytes"), row.getString("owner"), row.getString("spcname"),
                row.getString("amname"), row.getBoolean("relrowsecurity")));
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    /** A default names no column, so it is printed without opening its table; a generated column's value does. */
    private static List<ColumnRow> columns(Connection connection) throws SQLException {
        return Rows.list(connection, """
                SELECT a.attrelid, a.attnum, a.attname, tn.nspname, coalesce(e.typname, t.typname) AS typname,
                       e.oid IS NOT NULL AS is_array, format_type(a.atttypid, a.atttypmod) AS type_text, a.attnotnull,
                       pg_get_expr(d.adbin, CASE a.attgenerated WHEN '' THEN 0::oid ELSE a.attrelid END) AS value,
                       a.attidentity, a.attgenerated
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_type t ON t.oid = a.atttypid
                LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
                JOIN pg_namespace tn ON tn.oid = coalesce(e.typnamespace, t.typnamespace)
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND\s""" + USERS
                + " ORDER BY a.attrelid, a.attnum",
                row -> new ColumnRow(row.getLong("attrelid"), row.getInt("attnum"),
                        row.getString("attname"), row.getString("nspname"), row.getString("typname"),
                        row.getBoolean("is_array"), row.getString("type_text"), row.getBoolean("attnotnull"),
                        row.getString("value"), row.getString("attidentity").strip(),
                        row.getString("attgenerated").strip()));
    }

    private static List<SequenceRow> sequences(Connection connection) throws SQLException {
        return Rows.list(connection, """
                SELECT d.objid, d.refobjid, d.refobjsubid FROM pg_depend d JOIN pg_class s ON s.oid = d.objid
                WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
                  AND d.deptype IN ('a', 'i') AND s.relkind = 'S'""",
                row -> new SequenceRow(row.getLong(1), row.getLong(2), row.getInt(3)));
    }

    /** Without the copies that a foreign key to a partitioned table has for each partition of that. */
    private static List<ConstraintRow> constraints(Connection connection, int version, String owner)
            throws SQLException {
        return Rows.list(connection, """
                SELECT c.%1$s AS owner, c.conname, c.contype, c.conkey, c.confrelid, c.confkey, c.convalidated,
                       c.condeferrable, %2$s AS enforced, pg_get_constraintdef(c.oid) AS text
                FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
                LEFT JOIN pg_constraint p ON p.oid = c.conparentid AND p.conrelid = c.conrelid
                WHERE c.%1$s <> 0 AND c.contype IN ('p', 'u', 'c', 'f', 'x', 'n') AND p.oid IS NULL AND %3$s
                ORDER BY c.oid""".formatted(owner, version >= 18 ? "c.conenforced" : "true", USERS),
                row -> new ConstraintRow(row.getLong("owner"), row.getString("conname"), row.getString("contype"),
                        numbers(row.getArray("conkey")), row.getLong("confrelid"), numbers(row.getArray("confkey")),
                        row.getBoolean("convalidated"), row.getBoolean("condeferrable"), row.getBoolean("enforced"),
                        row.getString("text")));
    }

    private static List<Integer> numbers(@Nullable Array array) throws SQLException {
        return array == null
                ? List.of()
                : Arrays.stream((Object[]) array.getArray()).map(each -> ((Number) each).intValue()).toList();
    }

    private static List<String> texts(@Nullable Array array) throws SQLException {
        return array == null
                ? List.of()
                : Arrays.stream((Object[]) array.getArray()).map(Objects::toString).toList();
    }

    private static List<IndexRow> indexes(Connection connection) throws SQLException {
        return Rows.list(connection, """
                SELECT i.indexrelid, i.indrelid, n.nspname, c.relname, i.indisunique,
                       i.indisvalid AND i.indisready AS usable, i.indkey::int2[] AS columns, i.indnkeyatts, am.amname,
                       CASE WHEN 0 = ANY (i.indkey::int2[]) THEN ARRAY(
                            SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k)
                       END AS texts,
                       EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid AND o.conrelid = i.indrelid
                               AND o.contype IN ('p', 'u', 'x')) AS behind,
                       pn.nspname AS parent_schema, p.relname AS parent, pg_get_indexdef(i.indexrelid) AS definition
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_am am ON am.oid = c.relam
                LEFT JOIN pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = h.inhparent
                LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace
                WHERE\s""" + USERS, row -> new IndexRow(row.getLong("indexrelid"), row.getLong("indrelid"),
                name(row, "nspname", "relname"), row.getBoolean("indisunique"), row.getBoolean("usable"),
                numbers(row.getArray("columns")), row.getInt("indnkeyatts"), texts(row.getArray("texts")),
                row.getString("amname"), row.getBoolean("behind"),
                row.getString("parent") == null ? null : name(row, "parent_schema", "parent"),
                row.getString("definition")));
    }

    /** Without the row types of tables, and array types. */
    private static List<TypeRow> types(Connection connection) throws SQLException {
        return Rows.list(connection, """
                SELECT t.oid, n.nspname, t.typname, t.typtype, bn.nspname AS base_schema,
                       coalesce(e.typname, b.typname) AS base, e.oid IS NOT NULL AS is_array,
                       format_type(b.oid, t.typtypmod) AS base_text, t.typnotnull,
                       ARRAY(SELECT v.enumlabel::text FROM pg_enum v WHERE v.enumtypid = t.oid ORDER BY v.enumsortorder)
                           AS labels
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                LEFT JOIN pg_type b ON b.oid = t.typbasetype
                LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
                LEFT JOIN pg_namespace bn ON bn.oid = coalesce(e.typnamespace, b.typnamespace)
                LEFT JOIN pg_class c ON c.oid = t.typrelid
                WHERE t.typcategory <> 'A' AND (t.typtype <> 'c' OR c.relkind = 'c') AND\s""" + USERS,
                row -> new TypeRow(row.getLong("oid"), name(row, "nspname", "typname"), row.getString("typtype"),
                        Objects.toString(row.getString("base_schema"), ""), Objects.toString(row.getString("base"), ""),
                        row.getBoolean("is_array"), Objects.toString(row.getString("base_text"), ""),
                        row.getBoolean("typnotnull"), texts(row.getArray("labels"))));
    }

    private static List<RoutineRow> routines(Connection connection) throws SQLException {
        return Rows.list(connection, """
                SELECT n.nspname, p.proname, p.pronargs, p.provolatile,
                       CASE WHEN p.prokind IN ('f', 'p') AND d.objid IS NULL THEN pg_get_functiondef(p.oid) END AS text
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
                WHERE\s""" + USERS, row -> new RoutineRow(name(row, "nspname", "proname"), row.getInt("pronargs"),
                row.getString("provolatile"), row.getString("text")));
    }

    /** What the rules of views depend on. */
    private static List<ReadRow> reads(Connection connection) throws SQLException {
        return Rows.list(connection, """
                SELECT DISTINCT r.ev_class, d.refobjid, d.refobjsubid
                FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                JOIN pg_class c ON c.oid = r.ev_class
                WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class AND c.relkind IN ('v', 'm')""",
                row -> new ReadRow(row.getLong(1), row.getLong(2), row.getInt(3)));
    }

    private static List<TriggerRow> triggers(Connection connection) throws SQLException {
        return Rows.list(connection, """
                SELECT t.tgrelid, t.tgname, n.nspname, p.proname, t.tgenabled <> 'D' AS enabled
                FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE NOT t.tgisinternal""", row -> new TriggerRow(row.getLong("tgrelid"), row.getString("tgname"),
                name(row, "nspname", "proname"), row.getBoolean("enabled")));
    }

    /** Takes ACCESS SHARE on what each view reads. */
    static final String VIEWS = """
            SELECT c.oid, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('v', 'm') AND\s""" + USERS;
}
