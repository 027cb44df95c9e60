package dev.rubicon.engine.postgres.schema;

/**
 * What new objects of a role will be granted. Outside of a schema the list replaces the server's own, so what is missing
 * from that is a revocation.
 */
final class DefaultPrivileges implements Family {

    @Override
    public String sql(int version) {
        return """
                WITH listed AS (
                    SELECT d.tableoid, d.oid, quote_ident(r.rolname) AS owner, r.rolname, r.oid AS role, d.defaclacl AS acl,
                           CASE WHEN d.defaclnamespace = 0 THEN acldefault(
                                CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) END AS usual,
                           coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') AS place,
                           CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS objects
                      FROM pg_default_acl d JOIN pg_roles r ON r.oid = d.defaclrole
                      LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
                     WHERE d.defaclnamespace = 0 OR {ours n}),
                entries AS (
                    SELECT l.oid, a.grantee, a.privilege_type, a.is_grantable, true AS given
                      FROM listed l, aclexplode(l.acl) a
                    EXCEPT SELECT l.oid, a.grantee, a.privilege_type, a.is_grantable, true
                      FROM listed l, aclexplode(l.usual) a
                    UNION ALL (
                    SELECT l.oid, a.grantee, a.privilege_type, false, false FROM listed l, aclexplode(l.usual) a
                    EXCEPT SELECT l.oid, a.grantee, a.privilege_type, false, false FROM listed l, aclexplode(l.acl) a)),
                sentences AS (
                    SELECT e.oid, e.given, e.is_grantable, coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee, r.rolname,
                           string_agg(e.privilege_type, ', ' ORDER BY e.privilege_type) AS privileges
                      FROM entries e LEFT JOIN pg_roles r ON r.oid = e.grantee
                     GROUP BY e.oid, e.given, e.is_grantable, e.grantee, r.rolname)
                SELECT 'DEFAULT_PRIVILEGES' AS kind, l.tableoid AS class, l.oid, '' AS part,
                       format('FOR ROLE %s%s ON %s', l.owner, l.place, l.objects) AS name, NULL::text AS owner,
                       array_agg(DISTINCT l.rolname::text) || array_agg(DISTINCT s.rolname::text) AS roles,
                       NULL::text AS stand_in,
                       array_agg(format('ALTER DEFAULT PRIVILEGES FOR ROLE %s%s %s %s ON %s %s %s%s', l.owner, l.place,
                                        CASE WHEN s.given THEN 'GRANT' ELSE 'REVOKE' END, s.privileges, l.objects,
                                        CASE WHEN s.given THEN 'TO' ELSE 'FROM' END, s.grantee,
                                        CASE WHEN s.is_grantable THEN ' WITH GRANT OPTION' END)
                                 ORDER BY s.given, s.grantee, s.is_grantable) AS statements
                  FROM listed l JOIN sentences s ON s.oid = l.oid
                 GROUP BY l.tableoid, l.oid, l.owner, l.place, l.objects
                """;
    }
}
