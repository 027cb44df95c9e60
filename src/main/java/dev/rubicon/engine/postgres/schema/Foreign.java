package dev.rubicon.engine.postgres.schema;

/** Foreign data wrappers, servers and user mappings; of their options, none that is a secret. */
final class Foreign implements Family {

    @Override
    public String sql(int version) {
        return """
                SELECT 'FOREIGN_DATA_WRAPPER' AS kind, w.tableoid AS class, w.oid, '' AS part,
                       quote_ident(w.fdwname) AS name, pg_get_userbyid(w.fdwowner)::text AS owner, NULL::text[] AS roles,
                       NULL::text AS stand_in,
                       ARRAY[format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname)
                             || coalesce(' HANDLER ' || nullif(w.fdwhandler, 0)::regproc, '')
                             || coalesce(' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc, '')
                             || coalesce(' OPTIONS (' || {options w.fdwoptions} || ')', '')] AS statements
                  FROM pg_foreign_data_wrapper w
                 WHERE w.oid >= 16384 AND {free w}
                UNION ALL
                SELECT 'SERVER', s.tableoid, s.oid, '', quote_ident(s.srvname), pg_get_userbyid(s.srvowner), NULL, NULL,
                       ARRAY[format('CREATE SERVER %I', s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '')
                             || coalesce(' VERSION ' || quote_literal(s.srvversion), '')
                             || format(' FOREIGN DATA WRAPPER %I', w.fdwname)
                             || coalesce(' OPTIONS (' || {options s.srvoptions} || ')', '')]
                  FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
                 WHERE {free s}
                UNION ALL
                SELECT 'USER_MAPPING', 'pg_user_mapping'::regclass, m.umid, '',
                       format('FOR %s SERVER %I', CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname),
                       NULL, CASE WHEN m.umuser <> 0 THEN ARRAY[m.usename::text] END, NULL,
                       ARRAY[format('CREATE USER MAPPING FOR %s SERVER %I',
                                    CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname)
                             || coalesce(' OPTIONS (' || {options m.umoptions} || ')', '')]
                  FROM pg_user_mappings m
                """;
    }
}
