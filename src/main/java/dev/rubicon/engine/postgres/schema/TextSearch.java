package dev.rubicon.engine.postgres.schema;

/** Parsers, templates, dictionaries and configurations of the text search. */
final class TextSearch implements Family {

    @Override
    public String sql(int version) {
        return """
                SELECT 'TEXT_SEARCH_DICTIONARY' AS kind, d.tableoid AS class, d.oid, '' AS part,
                       {name n.nspname d.dictname} AS name, pg_get_userbyid(d.dictowner)::text AS owner,
                       NULL::text[] AS roles, NULL::text AS stand_in,
                       ARRAY[format(E'CREATE TEXT SEARCH DICTIONARY %s (\\n    TEMPLATE = %s%s\\n)',
                                    {name n.nspname d.dictname}, {name tn.nspname t.tmplname},
                                    E',\\n    ' || d.dictinitoption)] AS statements
                  FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace
                  JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
                 WHERE {ours n} AND {free d}
                UNION ALL
                SELECT 'TEXT_SEARCH_PARSER', p.tableoid, p.oid, '', {name n.nspname p.prsname}, NULL, NULL, NULL,
                       ARRAY[format(E'CREATE TEXT SEARCH PARSER %s (\\n    %s\\n)', {name n.nspname p.prsname},
                             concat_ws(E',\\n    ', 'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken, 'END = ' || p.prsend,
                                       'LEXTYPES = ' || p.prslextype, 'HEADLINE = ' || nullif(p.prsheadline::oid, 0)::regproc))]
                  FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace
                 WHERE {ours n} AND {free p}
                UNION ALL
                SELECT 'TEXT_SEARCH_TEMPLATE', t.tableoid, t.oid, '', {name n.nspname t.tmplname}, NULL, NULL, NULL,
                       ARRAY[format(E'CREATE TEXT SEARCH TEMPLATE %s (\\n    %s\\n)', {name n.nspname t.tmplname},
                             concat_ws(E',\\n    ', 'INIT = ' || nullif(t.tmplinit::oid, 0)::regproc, 'LEXIZE = ' || t.tmpllexize))]
                  FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace
                 WHERE {ours n} AND {free t}
                UNION ALL
                SELECT 'TEXT_SEARCH_CONFIGURATION', c.tableoid, c.oid, '', {name n.nspname c.cfgname},
                       pg_get_userbyid(c.cfgowner), NULL, NULL,
                       ARRAY[format(E'CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %s)', {name n.nspname c.cfgname},
                                    {name pn.nspname p.prsname})]
                       || (SELECT array_agg(format('ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %I WITH %s',
                                                   {name n.nspname c.cfgname}, k.alias, k.dictionaries) ORDER BY k.alias)
                             FROM (SELECT y.alias, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)
                                          AS dictionaries
                                     FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) y ON y.tokid = m.maptokentype
                                    WHERE m.mapcfg = c.oid GROUP BY y.alias) k)
                  FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
                  JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace pn ON pn.oid = p.prsnamespace
                 WHERE {ours n} AND {free c}
                """;
    }
}
