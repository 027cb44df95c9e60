package dev.rubicon.engine.postgres.schema;

/**
 * Sequences, without their values, which are data. Those of identity columns come with their table. A sequence that a
 * column owns has that column's owner, so it is given none.
 */
final class Sequences implements Family {

    @Override
    public String sql(int version) {
        return """
                SELECT 'SEQUENCE' AS kind, c.tableoid AS class, c.oid, '' AS part,
                       {name n.nspname c.relname} AS name,
                       CASE WHEN d.deptype IS NULL THEN pg_get_userbyid(c.relowner)::text END AS owner,
                       NULL::text[] AS roles, NULL::text AS stand_in,
                       CASE WHEN d.deptype = 'i' THEN '{}'::text[] ELSE ARRAY[
                           format(E'CREATE %sSEQUENCE %s AS %s\\n    START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s'
                                  || ' CACHE %s%s', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END,
                                  {name n.nspname c.relname}, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,
                                  s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END)] END
                       AS statements
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
                  LEFT JOIN pg_depend d ON d.classid = c.tableoid AND d.objid = c.oid AND d.objsubid = 0
                   AND d.refclassid = c.tableoid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
                 WHERE {ours n} AND {free c}
                UNION ALL
                SELECT 'SEQUENCE', c.tableoid, c.oid, 'owned', {name n.nspname c.relname}, NULL, NULL, NULL,
                       ARRAY[format('ALTER SEQUENCE %s OWNED BY %s.%I', {name n.nspname c.relname}, a.attrelid::regclass,
                                    a.attname)]
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_depend d ON d.classid = c.tableoid AND d.objid = c.oid AND d.objsubid = 0
                   AND d.refclassid = c.tableoid AND d.refobjsubid > 0 AND d.deptype = 'a'
                  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                 WHERE c.relkind = 'S' AND {ours n} AND {free c}
                """;
    }
}
