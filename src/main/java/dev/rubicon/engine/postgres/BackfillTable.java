package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The table that a backfill walks over.
 *
 * @param sql its name as it stands in statements
 * @param name its bare name, quoted, which qualifies columns
 * @param key columns of the primary key or of another unique index over NOT NULL columns; empty without one
 * @param parts itself, or its partitions where they can be walked one by one
 */
record BackfillTable(String sql, String name, List<KeyColumn> key, List<Part> parts) {

    /** A table and the leaves among its partitions, as a sub-select of their {@code oid}; its name is bound twice. */
    static final String WITH_LEAVES = """
            (SELECT to_regclass(?)::oid AS oid
             UNION SELECT relid::oid FROM pg_partition_tree(to_regclass(?)) WHERE isleaf) AS parts""";

    /** @param type as format_type prints it */
    record KeyColumn(String name, String type) {}

    /**
     * What has rows of its own.
     *
     * @param relation its name as it stands in statements
     * @param heap whether it has blocks of its own, which a partitioned table has not
     * @param filenode changes when it is rewritten, and all its blocks with it
     * @param rows by statistics, scaled to its present size where that may be due to more rows, and not to dead ones
     */
    record Part(String relation, boolean heap, long filenode, long rows, long blocks) {

        double rowsInABlock() {
            return blocks == 0 ? 1 : Math.max(1, (double) rows / blocks);
        }
    }

    private record Found(long oid, char kind, boolean parent) {}

    static BackfillTable of(Connection connection, Fragments.TableName table, Work.Backfill work)
            throws SQLException {
        Found found = Rows.first(connection, """
                SELECT oid, relkind, relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)
                FROM pg_class c WHERE oid = to_regclass(?)""",
                row -> new Found(row.getLong(1), row.getString(2).charAt(0), row.getBoolean(3)), table.sql())
                .orElseThrow(() -> Ending.failed("table-missing", "There is no table " + table.sql()));
        if (found.kind != 'r' && found.kind != 'p' || found.parent) {
            throw Ending.failed("not-a-table", table.sql() + " is a view, a foreign table, or has tables that inherit "
                    + "from it; a backfill walks over ordinary and partitioned tables");
        }
        List<KeyColumn> key = key(connection, found.oid);
        boolean apart = found.kind == 'p' && walkedApart(connection, found.oid, work);
        if (found.kind == 'p' && !apart && key.isEmpty()) {
            throw Ending.failed("no-key", table.sql() + " is partitioned and has neither a primary key nor a unique "
                    + "index over NOT NULL columns; run the backfill on its partitions");
        }
        return new BackfillTable(table.sql(), Identifiers.quote(table.name()), key,
                parts(connection, table.sql(), found.oid, apart));
    }

    boolean heap() {
        return parts.stream().allMatch(Part::heap);
    }

    /** Whether it has indexes, and none of them looks at any of these columns, in its condition and expressions either. */
    boolean staysOutOfIndexes(Connection connection, Set<String> columns) throws SQLException {
        return Rows.first(connection, """
                WITH place AS (
                    SELECT a.attrelid, a.attnum, a.attname = ANY (?::text[]) AS meant
                    FROM pg_attribute a
                    WHERE a.attrelid IN (SELECT to_regclass(?) UNION SELECT relid FROM pg_partition_tree(to_regclass(?)))
                      AND a.attnum > 0)
                SELECT EXISTS (SELECT FROM pg_index WHERE indrelid IN (SELECT attrelid FROM place))
                   AND NOT EXISTS (
                           SELECT FROM place JOIN pg_index i ON i.indrelid = place.attrelid
                           WHERE meant AND (attnum = ANY (i.indkey::int2[])
                              OR EXISTS (SELECT FROM pg_depend
                                         WHERE classid = 'pg_class'::regclass AND objid = i.indexrelid
                                           AND refclassid = 'pg_class'::regclass AND refobjid = attrelid
                                           AND refobjsubid = attnum)))""",
                row -> row.getBoolean(1), columns.toArray(String[]::new), sql, sql).orElse(false);
    }

    /**
     * Whether partitions can be worked on by their own names: rows must not move between them, and nothing may hang on
     * the parent that a partition does not know of.
     */
    private static boolean walkedApart(Connection connection, long table, Work.Backfill work) throws SQLException {
        String[] set = work.into() == null ? work.set().keySet().toArray(String[]::new) : new String[0];
        return Rows.first(connection, """
                SELECT NOT EXISTS (
                           SELECT FROM pg_partition_tree(?::oid::regclass) tree
                           JOIN pg_class c ON c.oid = tree.relid
                           WHERE tree.isleaf AND (c.relkind <> 'r' OR NOT pg_has_role(c.relowner, 'USAGE'))
                              OR c.relrowsecurity
                              OR NOT tree.isleaf AND EXISTS (SELECT FROM pg_trigger t
                                                             WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
                                                               AND t.tgtype & 1 = 0))
                   AND NOT EXISTS (
                           SELECT FROM pg_partition_tree(?::oid::regclass) tree
                           JOIN pg_partitioned_table p ON p.partrelid = tree.relid
                           WHERE (cardinality(?::text[]) > 0 AND p.partexprs IS NOT NULL)
                              OR EXISTS (SELECT FROM pg_attribute a
                                         WHERE a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::int2[])
                                           AND a.attname = ANY (?::text[])))""",
                row -> row.getBoolean(1), table, table, set, set).orElse(false);
    }

    private static List<Part> parts(Connection connection, String sql, long table, boolean apart)
            throws SQLException {
        List<Part> parts = Rows.list(connection, """
                SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relkind = 'r', c.relfilenode,
                       CASE WHEN c.relkind = 'r' AND c.reltuples >= 0 AND c.relpages > 0
                            THEN least(round(c.reltuples::numeric / c.relpages
                                             * (pg_relation_size(c.oid) / current_setting('block_size')::int)),
                                       greatest(c.reltuples::numeric, pg_stat_get_live_tuples(c.oid)))
                            ELSE -1 END,
                       pg_relation_size(c.oid) / current_setting('block_size')::int, c.reltuples
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE CASE WHEN ? THEN c.oid IN (SELECT relid FROM pg_partition_tree(?::oid::regclass) WHERE isleaf)
                           ELSE c.oid = ?::oid END
                ORDER BY c.oid""",
                row -> new Part(row.getString(1), row.getBoolean(2), row.getLong(3),
                        row.getBoolean(2) ? row.getLong(4) : Math.max(0, (long) row.getDouble(6)), row.getLong(5)),
                apart, table, table);
        List<Part> counted = new java.util.ArrayList<>();
        for (Part part : parts) {
            String relation = apart ? part.relation : sql;
            counted.add(new Part(relation, part.heap, part.filenode,
                    part.rows >= 0 ? part.rows : guessed(connection, relation, part.blocks), part.blocks));
        }
        return counted;
    }

    /** Without statistics: as many rows in each block as in the first ones. */
    private static long guessed(Connection connection, String relation, long blocks) throws SQLException {
        long looked = Math.min(blocks, 20);
        if (looked == 0) {
            return 0;
        }
        long rows = Rows.first(connection, "SELECT count(*) FROM %s WHERE ctid < '(%d,0)'".formatted(relation, looked),
                row -> row.getLong(1)).orElse(0L);
        return rows * blocks / looked;
    }

    /** The primary key first, then the unique index of the fewest columns; only those that row comparison can use. */
    private static List<KeyColumn> key(Connection connection, long table) throws SQLException {
        Optional<Long> index = Rows.first(connection, """
                SELECT i.indexrelid FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
                WHERE i.indrelid = ?::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                  AND i.indpred IS NULL AND i.indexprs IS NULL AND m.amname = 'btree'
                  AND NOT EXISTS (
                      SELECT FROM generate_series(0, i.indnkeyatts - 1) AS n
                      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n]
                      JOIN pg_opclass o ON o.oid = i.indclass[n]
                      WHERE NOT a.attnotnull OR NOT o.opcdefault OR i.indoption[n] <> 0
                         OR i.indcollation[n] <> a.attcollation)
                ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1""", row -> row.getLong(1), table);
        if (index.isEmpty()) {
            return List.of();
        }
        return Rows.list(connection, """
                SELECT a.attname, format_type(a.atttypid, a.atttypmod)
                FROM pg_index i CROSS JOIN generate_series(0, i.indnkeyatts - 1) AS n
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n]
                WHERE i.indexrelid = ?::oid ORDER BY n""",
                row -> new KeyColumn(row.getString(1), row.getString(2)), index.get());
    }
}
