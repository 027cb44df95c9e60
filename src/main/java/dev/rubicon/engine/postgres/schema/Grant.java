package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.schema.Part.Address;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Privileges of one role on one object, as far as they are otherwise than what the owner and everybody have anyway, or than
 * what an extension gave with a member of its own; who granted them is not told.
 *
 * @param given false for what was taken from the owner or from everybody
 * @param role null for everybody
 * @param signature of an aggregate, whose name says {@code *} and {@code ORDER BY}, which GRANT does not understand; null for
 *     what goes by its name
 */
record Grant(Address address, boolean given, boolean grantable, String privileges, @Nullable String role,
        @Nullable String signature) {

    /**
     * In the order in which they were granted, which is the one in which the server keeps them. What an extension gave with
     * its members is usual: {@code pg_init_privs} remembers it, with the owner of that time (who granted it to himself) and,
     * before PostgreSQL 17, with roles that are gone since.
     */
    static final String SQL = Family.filled("""
            WITH held AS (
                SELECT c.tableoid AS class, c.oid, 0 AS number, c.relacl AS acl, c.relowner AS owner,
                       CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END AS kind
                  FROM pg_class c WHERE c.oid >= 16384 AND c.relacl IS NOT NULL
                UNION ALL
                SELECT c.tableoid, c.oid, a.attnum, a.attacl, c.relowner, NULL
                  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                 WHERE c.oid >= 16384 AND NOT a.attisdropped
                   AND (a.attacl IS NOT NULL
                        OR (a.attrelid, a.attnum) IN (SELECT i.objoid, i.objsubid FROM pg_init_privs i
                                                       WHERE i.classoid = 'pg_class'::regclass AND i.privtype = 'e'))
                UNION ALL
                SELECT p.tableoid, p.oid, 0, p.proacl, p.proowner, 'f'
                  FROM pg_proc p WHERE p.oid >= 16384 AND p.proacl IS NOT NULL
                UNION ALL
                SELECT t.tableoid, t.oid, 0, t.typacl, t.typowner, 'T'
                  FROM pg_type t WHERE t.oid >= 16384 AND t.typacl IS NOT NULL
                UNION ALL
                SELECT n.tableoid, n.oid, 0, n.nspacl, n.nspowner, 'n'
                  FROM pg_namespace n WHERE n.nspacl IS NOT NULL AND {ours n}
                UNION ALL
                SELECT w.tableoid, w.oid, 0, w.fdwacl, w.fdwowner, 'F'
                  FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL
                UNION ALL
                SELECT s.tableoid, s.oid, 0, s.srvacl, s.srvowner, 'S'
                  FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL),
            entries AS (
                SELECT h.class, h.oid, h.number, a.grantee, a.privilege_type, bool_or(a.is_grantable) AS grantable,
                       min(a.place) AS place
                  FROM held h, aclexplode(h.acl) WITH ORDINALITY
                       AS a (grantor, grantee, privilege_type, is_grantable, place)
                 GROUP BY h.class, h.oid, h.number, a.grantee, a.privilege_type),
            usual AS (
                SELECT h.class, h.oid, h.number, a.privilege_type, bool_or(a.is_grantable) AS grantable,
                       CASE a.grantee WHEN a.grantor THEN h.owner ELSE a.grantee END AS grantee
                  FROM held h LEFT JOIN pg_init_privs i
                       ON i.classoid = h.class AND i.objoid = h.oid AND i.objsubid = h.number AND i.privtype = 'e',
                       aclexplode(coalesce(i.initprivs, acldefault(h.kind, h.owner))) a
                 GROUP BY h.class, h.oid, h.number, a.privilege_type, 6),
            differing AS (
                SELECT e.class, e.oid, e.number, e.grantee, e.privilege_type, true AS given, e.grantable, e.place
                  FROM entries e LEFT JOIN usual u USING (class, oid, number, grantee, privilege_type)
                 WHERE u.grantable IS DISTINCT FROM e.grantable
                UNION ALL
                SELECT u.class, u.oid, u.number, u.grantee, u.privilege_type, false, false, NULL
                  FROM usual u LEFT JOIN entries e USING (class, oid, number, grantee, privilege_type)
                 WHERE e.grantable IS NULL OR u.grantable AND NOT e.grantable)
            SELECT d.class::bigint, d.oid::bigint, d.given, d.grantable, r.rolname, g.oid::regprocedure::text AS signature,
                   string_agg(d.privilege_type || coalesce(' (' || quote_ident(a.attname) || ')', ''), ', '
                              ORDER BY d.privilege_type) AS privileges
              FROM differing d LEFT JOIN pg_roles r ON r.oid = d.grantee
              LEFT JOIN pg_proc g ON g.tableoid = d.class AND g.oid = d.oid AND g.prokind = 'a'
              LEFT JOIN pg_attribute a ON d.number > 0 AND a.attrelid = d.oid AND a.attnum = d.number
             WHERE d.grantee = 0 OR r.oid IS NOT NULL
             GROUP BY d.class, d.oid, d.number, d.given, d.grantable, d.grantee, r.rolname, g.oid
             ORDER BY d.class, d.oid, d.number, d.given, min(d.place)""");

    static Grant read(ResultSet row) throws SQLException {
        return new Grant(new Address(row.getLong("class"), row.getLong("oid"), ""), row.getBoolean("given"),
                row.getBoolean("grantable"), row.getString("privileges"), row.getString("rolname"),
                row.getString("signature"));
    }

    Set<String> roles() {
        return role == null ? Set.of() : Set.of(role);
    }

    String statement(Part part) {
        return (given ? "GRANT " : "REVOKE ") + privileges + " ON " + Nouns.granted(part.kind()) + " "
                + (signature == null ? part.name() : signature)
                + (given ? " TO " : " FROM ") + (role == null ? "PUBLIC" : Identifiers.quote(role))
                + (grantable ? " WITH GRANT OPTION" : "");
    }
}
