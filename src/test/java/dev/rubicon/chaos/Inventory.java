package dev.rubicon.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every object of the application's schema, by name, with what makes it what it is. */
final class Inventory {

    private static final List<String> QUESTIONS = List.of("""
            SELECT 'relation ' || c.relname, c.relkind::text
                   || CASE WHEN c.relispartition THEN ' ' || pg_get_expr(c.relpartbound, c.oid) ELSE '' END
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
            """, """
            SELECT 'column ' || c.relname || '.' || a.attname,
                   format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                   || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
            """, """
            SELECT 'index ' || c.relname, pg_get_indexdef(i.indexrelid)
                   || CASE WHEN i.indisvalid AND i.indisready AND i.indislive THEN '' ELSE ' INVALID' END
                   || CASE WHEN c.relispartition THEN ' attached' ELSE '' END
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace
            """, """
            SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype <> 'n'
            """, """
            SELECT 'trigger ' || tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
            FROM pg_trigger WHERE NOT tgisinternal
            """, """
            SELECT 'function ' || oid::regprocedure, md5(prosrc)
            FROM pg_proc WHERE pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                AND pronamespace IS DISTINCT FROM to_regnamespace('rubicon')
            """, """
            SELECT 'schema ' || nspname, '' FROM pg_namespace
            WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'rubicon')
            """);

    private Inventory() {}

    static Map<String, String> of(Connection connection) throws SQLException {
        Map<String, String> objects = new TreeMap<>();
        for (String question : QUESTIONS) {
            Place.rows(connection, question).forEach(row -> objects.put(row.get(0), row.get(1)));
        }
        return objects;
    }
}
