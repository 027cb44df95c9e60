package dev.rubicon.engine.postgres.schema;

/**
 * Indexes; one that a constraint made is not made again, only set as it was. One that a failed build left invalid is told,
 * and not rebuilt. The index of a partitioned table is made alone, and those of the partitions are attached.
 */
final class Indexes implements Family {

    /** Whether a text of this query tells of an index instead of making it. */
    static boolean isRemark(String text) {
        return text.startsWith("-- ");
    }

    @Override
    public String sql(int version) {
        return """
                SELECT 'INDEX' AS kind, c.tableoid AS class, c.oid, '' AS part, c.oid::regclass::text AS name,
                       NULL::text AS owner, NULL::text[] AS roles, NULL::text AS stand_in,
                       ARRAY[CASE WHEN k.oid IS NOT NULL THEN NULL
                                  WHEN x.indisvalid OR c.relkind = 'I' THEN pg_get_indexdef(c.oid)
                                  ELSE '-- invalid: ' || pg_get_indexdef(c.oid) END]
                       || CASE WHEN k.oid IS NOT NULL OR x.indisvalid OR c.relkind = 'I' THEN ARRAY[
                              'ALTER INDEX ' || h.inhparent::regclass || ' ATTACH PARTITION ' || c.oid::regclass,
                              'ALTER INDEX ' || c.oid::regclass || ' SET TABLESPACE ' || quote_ident(s.spcname),
                              CASE WHEN x.indisclustered
                                   THEN format('ALTER TABLE %s CLUSTER ON %I', x.indrelid::regclass, c.relname) END,
                              CASE WHEN x.indisreplident
                                   THEN format('ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %I', x.indrelid::regclass,
                                               c.relname) END] END
                       || CASE WHEN k.oid IS NOT NULL THEN
                              (SELECT array_agg(format('ALTER INDEX %s SET (%I = %L)', c.oid::regclass,
                                                       split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) ORDER BY number)
                                 FROM unnest(c.reloptions) WITH ORDINALITY AS listed (o, number)) END
                       || (SELECT array_agg(format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', c.oid::regclass,
                                                   a.attnum, a.attstattarget) ORDER BY a.attnum)
                             FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0
                              AND (x.indisvalid OR c.relkind = 'I')) AS statements
                  FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                  LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
                  LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
                  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
                 WHERE t.relkind IN ('r', 'p', 'm') AND {ours n} AND {free t}
                """;
    }
}
