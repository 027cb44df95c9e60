package dev.rubicon.engine.postgres.schema;

/** Schemas, extensions and collations. */
final class Namespaces implements Family {

    @Override
    public String sql(int version) {
        return """
                SELECT 'SCHEMA' AS kind, n.tableoid AS class, n.oid, '' AS part, quote_ident(n.nspname) AS name,
                       pg_get_userbyid(n.nspowner)::text AS owner, NULL::text[] AS roles, NULL::text AS stand_in,
                       ARRAY['CREATE SCHEMA ' || CASE n.nspname WHEN 'public' THEN 'IF NOT EXISTS ' ELSE '' END
                             || quote_ident(n.nspname)] AS statements
                  FROM pg_namespace n
                 WHERE {ours n} AND {free n}
                UNION ALL
                SELECT 'EXTENSION', e.tableoid, e.oid, '', quote_ident(e.extname), NULL, NULL, NULL,
                       ARRAY[format('CREATE EXTENSION IF NOT EXISTS %I', e.extname)
                             || CASE WHEN {free n} THEN format(' WITH SCHEMA %I', n.nspname) ELSE '' END
                             || format(' VERSION %L', e.extversion)]
                  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                 WHERE e.oid >= 16384
                UNION ALL
                SELECT 'COLLATION', c.tableoid, c.oid, '', {name n.nspname c.collname},
                       pg_get_userbyid(c.collowner), NULL, NULL,
                       ARRAY[format('CREATE COLLATION %s (provider = %s%s%s)', {name n.nspname c.collname},
                             CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
                             CASE WHEN c.collprovider = 'c'
                                  THEN format(', lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype)
                                  ELSE format(', locale = %L', <locale>) END || <rules>,
                             CASE WHEN c.collisdeterministic THEN '' ELSE ', deterministic = false' END)]
                  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                 WHERE {ours n} AND {free c}
                """.replace("<locale>", locale(version)).replace("<rules>",
                version >= 16 ? "coalesce(', rules = ' || quote_literal(c.collicurules), '')" : "''");
    }

    private static String locale(int version) {
        return version >= 17 ? "c.colllocale" : version >= 15 ? "c.colliculocale" : "c.collcollate";
    }
}
