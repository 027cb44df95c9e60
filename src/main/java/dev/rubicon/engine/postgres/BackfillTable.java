package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table that a backfill walks over.
 *
 * @param sql its name as it stands in statements
 * @param name its bare name, quoted, which qualifies columns
 * @param kind {@code r} for an ordinary table, {@code p} for a partitioned one
 * @param filenode changes when the table is rewritten, and all its blocks with it
 * @param rows the planner's estimate, or null when the table was never analysed
 * @param key columns of the primary key or of another unique index over NOT NULL columns; empty without one
 */
record BackfillTable(String sql, String name, char kind, long filenode, @Nullable Long rows, long blocks,
        List<KeyColumn> key) {

    /** @param type as format_type prints it */
    record KeyColumn(String name, String type) {}

    private record Found(long oid, char kind, long filenode, float tuples, long blocks, boolean parent) {}

    static BackfillTable of(Connection connection, Fragments.TableName table) throws SQLException {
        Found found = Rows.first(connection, """
                SELECT oid, relkind, relfilenode, reltuples,
                       pg_relation_size(oid) / current_setting('block_size')::int,
                       relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)
                FROM pg_class c WHERE oid = to_regclass(?)""",
                row -> new Found(row.getLong(1), row.getString(2).charAt(0), row.getLong(3), row.getFloat(4),
                        row.getLong(5), row.getBoolean(6)),
                table.sql())
                .orElseThrow(() -> Ending.failed("table-missing", "There is no table " + table.sql()));
        if (found.kind != 'r' && found.kind != 'p' || found.parent) {
            throw Ending.failed("not-a-table", table.sql() + " is a view, a foreign table, or has tables that inherit "
                    + "from it; a backfill walks over ordinary and partitioned tables");
        }
        return new BackfillTable(table.sql(), Identifiers.quote(table.name()), found.kind, found.filenode,
                found.tuples < 0 ? null : (long) found.tuples, found.blocks, key(connection, found.oid));
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
