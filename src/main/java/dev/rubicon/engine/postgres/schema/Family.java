package dev.rubicon.engine.postgres.schema;

import java.util.regex.Pattern;

/**
 * Objects of related kinds, read by one query. Each of its rows is a {@link Part}: {@code kind}, {@code class} (the
 * catalog) and {@code oid}, {@code part}, {@code name}, {@code owner}, {@code roles}, {@code stand_in} and
 * {@code statements}, the first of which makes it; statements that are NULL are left away.
 */
interface Family {

    /** @param version major version of the server */
    String sql(int version);

    /** The words that the queries of all families share, filled in. */
    static String filled(String sql) {
        String text = SCHEMA.matcher(sql).replaceAll("""
                $1.nspname !~ '^pg_' AND $1.nspname NOT IN ('information_schema', 'rubicon')""");
        text = FREE.matcher(text).replaceAll("""
                NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = $1.tableoid AND x.objid = $1.oid
                              AND x.deptype = 'e')""");
        text = NAME.matcher(text).replaceAll("quote_ident($1) || '.' || quote_ident($2)");
        text = SETTINGS.matcher(text).replaceAll("""
                (SELECT string_agg(format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', '
                                   ORDER BY number) FROM unnest($1) WITH ORDINALITY AS listed (o, number))""");
        return OPTIONS.matcher(text).replaceAll("""
                (SELECT string_agg(format('%I %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', '
                                   ORDER BY number)
                   FROM unnest($1) WITH ORDINALITY AS listed (o, number)
                  WHERE o !~* '^[^=]*(password|passwd|passfile|secret|token|sslkey)[^=]*=')""");
    }

    /** {@code {ours n}}: a namespace of the users, neither the server's nor Rubicon's own. */
    Pattern SCHEMA = Pattern.compile("\\{ours (\\w+)}");
    /** {@code {free c}}: a catalog row that belongs to no extension. */
    Pattern FREE = Pattern.compile("\\{free (\\w+)}");
    /** {@code {name n.nspname c.relname}}: a qualified name. */
    Pattern NAME = Pattern.compile("\\{name ([\\w.]+) ([\\w.]+)}");
    /** {@code {settings c.reloptions}}: what is set for a relation or column, as in SET (…); NULL for none. */
    Pattern SETTINGS = Pattern.compile("\\{settings ([\\w.]+)}");
    /** {@code {options s.srvoptions}}: options of something foreign, without those that are secrets; NULL for none. */
    Pattern OPTIONS = Pattern.compile("\\{options ([\\w.]+)}");
}
