package dev.rubicon.engine.postgres.schema;

/**
 * Members of extensions whose privileges are not all the usual ones, to be named by a {@link Grant}: nothing else of them is
 * told, for the extension makes them. As parts of their own they stand beside the object, so that what depends on a member
 * depends on its extension still.
 */
final class Members implements Family {

    static final String PART = "member";

    private static final String SELECT = """
            SELECT %s AS kind, m.classid AS class, m.objid AS oid, 'member' AS part, %s AS name, NULL::text AS owner,
                   NULL::text[] AS roles, NULL::text AS stand_in, NULL::text[] AS statements
              FROM pg_depend m
            """;

    private static final String MEMBER = " AND m.deptype = 'e' AND m.objid >= 16384\n";

    private static final String RELATIONS = SELECT.formatted("""
            CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED_VIEW'
                           WHEN 'f' THEN 'FOREIGN_TABLE' ELSE 'TABLE' END""", "{name n.nspname c.relname}") + """
              JOIN pg_class c ON m.classid = c.tableoid AND m.objid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f')
               AND (c.relacl IS NOT NULL
                    OR c.oid IN (SELECT a.attrelid FROM pg_attribute a WHERE a.attacl IS NOT NULL)
                    OR c.oid IN (SELECT i.objoid FROM pg_init_privs i WHERE i.classoid = 'pg_class'::regclass))
            """ + MEMBER;

    private static final String ROUTINES = SELECT.formatted("""
            CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END""", Routines.NAME) + """
              JOIN pg_proc p ON m.classid = p.tableoid AND m.objid = p.oid
             WHERE p.proacl IS NOT NULL
            """ + MEMBER;

    private static final String TYPES = SELECT.formatted("CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END",
            "{name n.nspname t.typname}") + """
              JOIN pg_type t ON m.classid = t.tableoid AND m.objid = t.oid JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE t.typacl IS NOT NULL
            """ + MEMBER;

    private static final String SCHEMAS = SELECT.formatted("'SCHEMA'", "quote_ident(n.nspname)") + """
              JOIN pg_namespace n ON m.classid = n.tableoid AND m.objid = n.oid
             WHERE n.nspacl IS NOT NULL
            """ + MEMBER;

    private static final String WRAPPERS = SELECT.formatted("'FOREIGN_DATA_WRAPPER'", "quote_ident(w.fdwname)") + """
              JOIN pg_foreign_data_wrapper w ON m.classid = w.tableoid AND m.objid = w.oid
             WHERE w.fdwacl IS NOT NULL
            """ + MEMBER;

    private static final String SERVERS = SELECT.formatted("'SERVER'", "quote_ident(s.srvname)") + """
              JOIN pg_foreign_server s ON m.classid = s.tableoid AND m.objid = s.oid
             WHERE s.srvacl IS NOT NULL
            """ + MEMBER;

    @Override
    public String sql(int version) {
        return String.join("UNION ALL\n", RELATIONS, ROUTINES, TYPES, SCHEMAS, WRAPPERS, SERVERS);
    }
}
