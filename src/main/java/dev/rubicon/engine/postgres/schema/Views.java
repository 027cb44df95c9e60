package dev.rubicon.engine.postgres.schema;

/**
 * Views and rules. To print them, the server takes ACCESS SHARE on the tables that they read. A view that stands in a
 * circle, through a function that returns its rows, is first made with columns of nulls.
 */
final class Views implements Family {

    @Override
    public String sql(int version) {
        return """
                SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED_VIEW' END AS kind, c.tableoid AS class,
                       c.oid, '' AS part, c.oid::regclass::text AS name, pg_get_userbyid(c.relowner)::text AS owner,
                       NULL::text[] AS roles,
                       CASE c.relkind WHEN 'v' THEN format(E'CREATE VIEW %s AS\\n SELECT %s', c.oid::regclass,
                            (SELECT string_agg(format('NULL::%s%s AS %I', format_type(a.atttypid, a.atttypmod),
                                    CASE WHEN a.attcollation <> t.typcollation
                                         THEN ' COLLATE ' || a.attcollation::regcollation END, a.attname), E',\\n    '
                                    ORDER BY a.attnum)
                               FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) END AS stand_in,
                       ARRAY[format(E'CREATE %sVIEW %s%s AS\\n%s%s',
                                    CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END, c.oid::regclass,
                                    coalesce(' USING ' || quote_ident(nullif(am.amname, 'heap')), ''),
                                    rtrim(pg_get_viewdef(c.oid), ';'),
                                    CASE c.relkind WHEN 'm' THEN E'\\n WITH NO DATA' END),
                             'ALTER MATERIALIZED VIEW ' || c.oid::regclass || ' SET TABLESPACE ' || quote_ident(s.spcname)]
                       || (SELECT array_agg(format('ALTER %sVIEW %s SET (%I = %L)',
                                                   CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END, c.oid::regclass,
                                                   split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) ORDER BY number)
                             FROM unnest(c.reloptions) WITH ORDINALITY AS listed (o, number)) AS statements
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  LEFT JOIN pg_am am ON am.oid = c.relam
                  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
                 WHERE c.relkind IN ('v', 'm') AND {ours n} AND {free c}
                UNION ALL
                SELECT 'RULE', r.tableoid, r.oid, '', format('%I ON %s', r.rulename, c.oid::regclass), NULL, NULL, NULL,
                       ARRAY[rtrim(pg_get_ruledef(r.oid), ';'),
                             'ALTER TABLE ' || c.oid::regclass || CASE r.ev_enabled WHEN 'D' THEN ' DISABLE'
                                  WHEN 'R' THEN ' ENABLE REPLICA' WHEN 'A' THEN ' ENABLE ALWAYS' END
                             || ' RULE ' || quote_ident(r.rulename)]
                  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE r.rulename <> '_RETURN' AND {ours n} AND {free c}
                """;
    }
}
