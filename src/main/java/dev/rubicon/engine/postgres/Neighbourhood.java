package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Finds the relations that a change of some relations can reach: their partitions and heirs of all levels, the tables above
 * them, both ends of their foreign keys, the views over them and the sequences that go with them. Each query goes from the
 * named relations along an index of the catalogs and locks nothing else, so it costs the same among five thousand tables.
 */
final class Neighbourhood {

    private static final String BELOW = """
            WITH RECURSIVE tree (oid) AS (
                SELECT start::oid FROM unnest(?::bigint[]) AS start
                UNION
                SELECT h.inhrelid FROM pg_inherits h JOIN tree ON h.inhparent = tree.oid)
            SELECT oid::bigint FROM tree""";

    /** With the DEFAULT partition beside each. */
    private static final String ABOVE = """
            WITH RECURSIVE tree (oid) AS (
                SELECT start::oid FROM unnest(?::bigint[]) AS start
                UNION
                SELECT h.inhparent FROM pg_inherits h JOIN tree ON h.inhrelid = tree.oid)
            SELECT oid::bigint FROM tree
            UNION
            SELECT p.partdefid::bigint FROM tree JOIN pg_partitioned_table p ON p.partrelid = tree.oid
            WHERE p.partdefid <> 0""";

    private static final String REFERENCED = """
            SELECT confrelid::bigint FROM pg_constraint
            WHERE contype = 'f' AND conrelid = ANY (SELECT start::oid FROM unnest(?::bigint[]) AS start)""";

    /** By the dependency on the referenced table: pg_constraint has no index for this way. */
    private static final String REFERENCING = """
            SELECT c.conrelid::bigint FROM pg_depend d JOIN pg_constraint c ON c.oid = d.objid
            WHERE d.classid = 'pg_constraint'::regclass AND d.refclassid = 'pg_class'::regclass AND c.contype = 'f'
              AND d.refobjid = ANY (SELECT start::oid FROM unnest(?::bigint[]) AS start)""";

    private static final String VIEWS_OVER = """
            WITH RECURSIVE over (oid) AS (
                SELECT start::oid FROM unnest(?::bigint[]) AS start
                UNION
                SELECT r.ev_class FROM over JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass
                    AND d.refobjid = over.oid AND d.classid = 'pg_rewrite'::regclass
                JOIN pg_rewrite r ON r.oid = d.objid)
            SELECT oid::bigint FROM over""";

    private static final String READ_BY_VIEWS = """
            SELECT d.refobjid::bigint FROM pg_rewrite r
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            JOIN pg_class c ON c.oid = r.ev_class
            WHERE d.refclassid = 'pg_class'::regclass AND c.relkind IN ('v', 'm')
              AND r.ev_class = ANY (SELECT start::oid FROM unnest(?::bigint[]) AS start)""";

    private static final String SEQUENCES_OF = """
            SELECT d.objid::bigint FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND d.refobjid = ANY (SELECT start::oid FROM unnest(?::bigint[]) AS start)""";

    private final Connection connection;

    Neighbourhood(Connection connection) {
        this.connection = connection;
    }

    /** The relations of these names, a table for each index of them. */
    Set<Long> named(Collection<QualifiedName> names, List<String> searchPath) throws SQLException {
        return new HashSet<>(Rows.list(connection, """
                SELECT coalesce(i.indrelid, c.oid)::bigint
                FROM unnest(?::text[], ?::text[]) AS named (schema, name)
                JOIN pg_class c ON c.relname = named.name::name
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_index i ON i.indexrelid = c.oid
                WHERE CASE WHEN named.schema = '' THEN n.nspname = ANY (?::text[]) ELSE n.nspname = named.schema END""",
                row -> row.getLong(1),
                names.stream().map(each -> Objects.requireNonNullElse(each.schema(), "")).toArray(String[]::new),
                names.stream().map(QualifiedName::name).toArray(String[]::new),
                searchPath.toArray(String[]::new)));
    }

    /** @param cascading whether rows or tables are taken along over foreign keys, from one table to the next */
    Set<Long> around(Set<Long> named, boolean cascading) throws SQLException {
        Set<Long> near = follow(BELOW, named);
        near.addAll(follow(ABOVE, named));
        near.addAll(follow(REFERENCED, near));
        int before;
        do {
            before = near.size();
            near.addAll(follow(REFERENCING, near));
            near.addAll(follow(BELOW, near));
        } while (cascading && near.size() > before);
        near.addAll(follow(VIEWS_OVER, near));
        near.addAll(follow(READ_BY_VIEWS, named));
        near.addAll(follow(SEQUENCES_OF, near));
        return near;
    }

    private Set<Long> follow(String sql, Set<Long> from) throws SQLException {
        return new HashSet<>(Rows.list(connection, sql, row -> row.getLong(1), (Object) from.toArray(Long[]::new)));
    }
}
