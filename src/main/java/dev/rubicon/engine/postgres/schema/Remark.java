package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.schema.Part.Address;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A comment on an object or on one of its columns.
 *
 * @param column quoted, or null
 */
record Remark(Address address, @Nullable String column, String text) {

    /** The columns of a composite type are kept with a relation of its own. */
    static final String SQL = Family.filled("""
            SELECT CASE c.relkind WHEN 'c' THEN 'pg_type'::regclass ELSE d.classoid END::bigint AS class,
                   CASE c.relkind WHEN 'c' THEN c.reltype ELSE d.objoid END::bigint AS oid,
                   quote_ident(a.attname) AS column_name, d.description
              FROM pg_description d
              LEFT JOIN pg_class c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
              LEFT JOIN pg_attribute a ON d.objsubid > 0 AND a.attrelid = c.oid AND a.attnum = d.objsubid
             WHERE (d.objoid >= 16384 OR d.objoid = to_regnamespace('public'))
               AND (d.objsubid = 0 OR NOT a.attisdropped)
             ORDER BY d.objsubid""");

    static Remark read(ResultSet row) throws SQLException {
        return new Remark(new Address(row.getLong("class"), row.getLong("oid"), ""), row.getString("column_name"),
                row.getString("description"));
    }

    String statement(Part part) {
        return "COMMENT ON " + (column == null
                ? Nouns.of(part.kind()) + " " + part.name()
                : "COLUMN " + part.name() + "." + column) + " IS " + Identifiers.literal(text);
    }
}
