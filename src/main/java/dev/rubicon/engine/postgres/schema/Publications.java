package dev.rubicon.engine.postgres.schema;

/** Publications and what they publish. */
final class Publications implements Family {

    private static final String PUBLICATIONS = """
            SELECT 'PUBLICATION' AS kind, p.tableoid AS class, p.oid, '' AS part,
                   quote_ident(p.pubname) AS name, pg_get_userbyid(p.pubowner)::text AS owner, NULL::text[] AS roles,
                   NULL::text AS stand_in,
                   ARRAY[format('CREATE PUBLICATION %I%s WITH (publish = %L%s%s)', p.pubname,
                                CASE WHEN p.puballtables THEN ' FOR ALL TABLES' END,
                                concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                                          CASE WHEN p.pubdelete THEN 'delete' END,
                                          CASE WHEN p.pubtruncate THEN 'truncate' END),
                                CASE WHEN p.pubviaroot THEN ', publish_via_partition_root = true' END, <generated>)]
                   AS statements
              FROM pg_publication p
             WHERE {free p}
            UNION ALL
            SELECT 'PUBLICATION', r.tableoid, r.oid, '', quote_ident(p.pubname), NULL, NULL, NULL,
                   ARRAY[format('ALTER PUBLICATION %I ADD TABLE ONLY %s', p.pubname, r.prrelid::regclass) || <narrowed>]
              FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
              JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE {ours n} AND {free p}
            """;

    /** Lists of columns, conditions and whole schemas came with 15. */
    private static final String NARROWED = """
            coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')'
                        FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)), '')
            || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', '')""";

    private static final String SCHEMAS = """
            UNION ALL
            SELECT 'PUBLICATION', s.tableoid, s.oid, '', quote_ident(p.pubname), NULL, NULL, NULL,
                   ARRAY[format('ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I', p.pubname, n.nspname)]
              FROM pg_publication_namespace s JOIN pg_publication p ON p.oid = s.pnpubid
              JOIN pg_namespace n ON n.oid = s.pnnspid
             WHERE {ours n} AND {free p}
            """;

    @Override
    public String sql(int version) {
        return PUBLICATIONS.replace("<generated>", version < 18 ? "NULL" : """
                CASE WHEN p.pubgencols = 's' THEN ', publish_generated_columns = stored' END""")
                .replace("<narrowed>", version < 15 ? "''" : NARROWED) + (version < 15 ? "" : SCHEMAS);
    }
}
