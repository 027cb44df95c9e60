package dev.rubicon.engine.postgres.schema;

/**
 * Constraints of tables, apart from their table. What a child or partition has from its parent is not named again: it comes
 * with the parent's, once the children are there. A NOT NULL that is valid stands with its column.
 */
final class Constraints implements Family {

    @Override
    public String sql(int version) {
        return """
                SELECT CASE k.contype WHEN 'f' THEN 'FOREIGN_KEY' ELSE 'CONSTRAINT' END AS kind,
                       k.tableoid AS class, k.oid, '' AS part,
                       format('%I ON %s', k.conname, c.oid::regclass) AS name, NULL::text AS owner, NULL::text[] AS roles,
                       NULL::text AS stand_in,
                       CASE WHEN k.contype = 'n' AND k.convalidated OR NOT k.conislocal AND k.contype IN ('c', 'n')
                            THEN '{}'::text[]
                            ELSE ARRAY[format('ALTER TABLE %s%s ADD CONSTRAINT %I %s',
                                              CASE WHEN k.contype IN ('p', 'u', 'x') THEN 'ONLY ' END, c.oid::regclass,
                                              k.conname, pg_get_constraintdef(k.oid))] END AS statements
                  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE k.contype IN ('p', 'u', 'x', 'c', 'f', 'n') AND c.relkind IN ('r', 'p', 'f')
                   AND (k.contype <> 'f' OR k.conparentid = 0) AND {ours n} AND {free c}
                """;
    }
}
