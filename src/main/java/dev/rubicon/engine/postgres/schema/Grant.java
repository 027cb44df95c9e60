package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.schema.Part.Address;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Privileges of one role on one object, as far as they are otherwise than what the owner and everybody have anyway; who
 * granted them is not told.
 *
 * @param given false for what was taken from the owner or from everybody
 * @param role null for everybody
 */
record Grant(Address address, boolean given, boolean grantable, String privileges, @Nullable String role) {

    /** In the order in which they were granted, which is the one in which the server keeps them. */
    static final String SQL = Family.filled("""
            WITH held AS (
                SELECT c.tableoid AS class, c.oid, 0 AS number, c.relacl AS acl,
                       acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner) AS usual
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relacl IS NOT NULL AND {ours n}
                UNION ALL
                SELECT c.tableoid, c.oid, a.attnum, a.attacl, NULL
                  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND {ours n}
                UNION ALL
                SELECT p.tableoid, p.oid, 0, p.proacl, acldefault('f', p.proowner)
                  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proacl IS NOT NULL AND {ours n}
                UNION ALL
                SELECT t.tableoid, t.oid, 0, t.typacl, acldefault('T', t.typowner)
                  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typacl IS NOT NULL AND {ours n}
                UNION ALL
                SELECT n.tableoid, n.oid, 0, n.nspacl, acldefault('n', n.nspowner)
                  FROM pg_namespace n WHERE n.nspacl IS NOT NULL AND {ours n}
                UNION ALL
                SELECT w.tableoid, w.oid, 0, w.fdwacl, acldefault('F', w.fdwowner)
                  FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL
                UNION ALL
                SELECT s.tableoid, s.oid, 0, s.srvacl, acldefault('S', s.srvowner)
                  FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL),
            entries AS (
                SELECT h.class, h.oid, h.number, a.grantee, a.privilege_type, bool_or(a.is_grantable) AS grantable,
                       min(a.place) AS place
                  FROM held h, aclexplode(h.acl) WITH ORDINALITY
                       AS a (grantor, grantee, privilege_type, is_grantable, place)
                 GROUP BY h.class, h.oid, h.number, a.grantee, a.privilege_type),
            usual AS (
                SELECT h.class, h.oid, h.number, a.grantee, a.privilege_type FROM held h, aclexplode(h.usual) a),
            differing AS (
                SELECT class, oid, number, grantee, privilege_type, e.place IS NOT NULL AS given,
                       coalesce(e.grantable, false) AS grantable, e.place
                  FROM entries e FULL JOIN usual u USING (class, oid, number, grantee, privilege_type)
                 WHERE u.class IS NULL OR e.place IS NULL)
            SELECT d.class::bigint, d.oid::bigint, d.given, d.grantable, r.rolname,
                   string_agg(d.privilege_type || coalesce(' (' || quote_ident(a.attname) || ')', ''), ', '
                              ORDER BY d.privilege_type) AS privileges
              FROM differing d LEFT JOIN pg_roles r ON r.oid = d.grantee
              LEFT JOIN pg_attribute a ON d.number > 0 AND a.attrelid = d.oid AND a.attnum = d.number
             GROUP BY d.class, d.oid, d.number, d.given, d.grantable, d.grantee, r.rolname
             ORDER BY d.class, d.oid, d.number, d.given, min(d.place)""");

    static Grant read(ResultSet row) throws SQLException {
        return new Grant(new Address(row.getLong("class"), row.getLong("oid"), ""), row.getBoolean("given"),
                row.getBoolean("grantable"), row.getString("privileges"), row.getString("rolname"));
    }

    Set<String> roles() {
        return role == null ? Set.of() : Set.of(role);
    }

    String statement(Part part) {
        return (given ? "GRANT " : "REVOKE ") + privileges + " ON " + Nouns.granted(part.kind()) + " " + part.name()
                + (given ? " TO " : " FROM ") + (role == null ? "PUBLIC" : Identifiers.quote(role))
                + (grantable ? " WITH GRANT OPTION" : "");
    }
}
