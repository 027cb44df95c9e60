package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
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

    /** All as {@code oid}, {@code name}, {@code kind} and {@code files}. */
    static final String ALL = """
            SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
                   CASE c.relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'S' THEN 'sequence'
                                  WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                                  WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table'
                                  ELSE 'table' END AS kind,
                   coalesce(pg_catalog.pg_relation_filenode(c.oid), 0) AS files
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'i', 'I', 'S', 'v', 'm', 'f')
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'rubicon')""";

    static Map<Long, NamedRelation> all(Connection connection) throws SQLException {
        return byNumber(Rows.list(connection, ALL, NamedRelation::read));
    }

    /**
     * Those of them that there are.
     *
     * @param longest that it may take
     */
    static Map<Long, NamedRelation> of(Connection connection, Collection<Long> oids, Duration longest)
            throws SQLException {
        return byNumber(Rows.briefly(connection, longest, ALL + " AND c.oid = ANY (?::bigint[]::oid[])",
                NamedRelation::read, (Object) oids.toArray(Long[]::new)));
    }

    static NamedRelation read(ResultSet row) throws SQLException {
        return new NamedRelation(row.getLong("oid"), row.getString("name"), row.getString("kind"),
                row.getLong("files"));
    }

    private static Map<Long, NamedRelation> byNumber(List<NamedRelation> found) {
        Map<Long, NamedRelation> byNumber = new HashMap<>();
        found.forEach(relation -> byNumber.put(relation.oid, relation));
        return byNumber;
    }
}
