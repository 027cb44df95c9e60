package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A relation that people made, as the connection sees it: what another transaction makes or drops is as before until its
 * commit.
 *
 * @param name with its schema
 * @param files number of its files, 0 for what has none of its own
 */
record NamedRelation(long oid, String name, String kind, long files) {

    private static final String ALL = """
            SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname),
                   CASE c.relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'S' THEN 'sequence'
                                  WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                                  WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table'
                                  ELSE 'table' END,
                   coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'i', 'I', 'S', 'v', 'm', 'f')
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'rubicon')""";

    static Map<Long, NamedRelation> all(Connection connection) throws SQLException {
        return byNumber(Rows.list(connection, ALL, NamedRelation::read));
    }

    /** Those of them that there are. */
    static Map<Long, NamedRelation> of(Connection connection, Collection<Long> oids) throws SQLException {
        return byNumber(Rows.list(connection, ALL + " AND c.oid = ANY (?::bigint[]::oid[])", NamedRelation::read,
                (Object) oids.toArray(Long[]::new)));
    }

    private static NamedRelation read(ResultSet row) throws SQLException {
        return new NamedRelation(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4));
    }

    private static Map<Long, NamedRelation> byNumber(List<NamedRelation> found) {
        Map<Long, NamedRelation> byNumber = new HashMap<>();
        found.forEach(relation -> byNumber.put(relation.oid, relation));
        return byNumber;
    }
}
