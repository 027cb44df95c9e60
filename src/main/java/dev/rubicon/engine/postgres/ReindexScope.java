package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The indexes that a REINDEX is about, those of partitions and of TOAST tables included.
 *
 * @param name of the index, table or schema; null for the whole database
 */
record ReindexScope(ObjectKind kind, @Nullable QualifiedName name) {

    /** The tables, or for one index its table; from the catalogs alone, without a lock. */
    private static final String TABLES = """
            WITH RECURSIVE asked AS (
                SELECT c.oid FROM pg_class c WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't' AND CASE ?
                    WHEN 'TABLE' THEN c.oid = to_regclass(?)
                    WHEN 'SCHEMA' THEN c.relnamespace = to_regnamespace(?)
                    WHEN 'DATABASE' THEN c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
                    END
                UNION
                SELECT h.inhrelid FROM pg_inherits h JOIN asked ON h.inhparent = asked.oid
                WHERE (SELECT relispartition FROM pg_class WHERE oid = h.inhrelid)),
            tables AS (
                SELECT oid FROM asked
                UNION
                SELECT c.reltoastrelid FROM pg_class c JOIN asked USING (oid) WHERE c.reltoastrelid <> 0)
            """;

    /** The index and, where it is partitioned, those of the partitions. */
    private static final String INDEXES = """
            WITH RECURSIVE indexes AS (
                SELECT to_regclass(?)::oid AS oid
                UNION
                SELECT h.inhrelid FROM pg_inherits h JOIN indexes ON h.inhparent = indexes.oid)
            """;

    boolean oneIndex() {
        return kind == ObjectKind.INDEX;
    }

    void demandThere(Connection connection) throws SQLException {
        if (oneIndex() && Rows.first(connection, "SELECT 1 WHERE to_regclass(?) IS NOT NULL",
                row -> row.getInt(1), sql()).isEmpty()) {
            throw Ending.failed("index-missing", "There is no index " + sql());
        }
    }

    /** The oids of those that REINDEX CONCURRENTLY replaces: valid ones that hold rows, but no exclusion constraints. */
    List<Long> sound(Connection connection) throws SQLException {
        String condition = " AND i.indisvalid AND NOT i.indisexclusion AND c.relkind = 'i' ORDER BY 1";
        return oneIndex()
                ? Rows.list(connection, INDEXES + """
                        SELECT c.oid FROM indexes x JOIN pg_class c ON c.oid = x.oid
                        JOIN pg_index i ON i.indexrelid = c.oid WHERE true""" + condition, row -> row.getLong(1), sql())
                : Rows.list(connection, TABLES + """
                        SELECT c.oid FROM tables t JOIN pg_index i ON i.indrelid = t.oid
                        JOIN pg_class c ON c.oid = i.indexrelid WHERE true""" + condition, row -> row.getLong(1),
                        kind.name(), sql(), sql());
    }

    /** What queries cannot use, other than what an interrupted REINDEX left. */
    List<IndexFacts> unusable(Connection connection) throws SQLException {
        List<Long> asked = oneIndex()
                ? Rows.list(connection, INDEXES + "SELECT oid FROM indexes", row -> row.getLong(1), sql())
                : List.of();
        return IndexFacts.unusable(connection, tables(connection)).stream()
                .filter(index -> oneIndex() ? asked.contains(index.oid()) : !index.transitional()).toList();
    }

    /** What an interrupted REINDEX CONCURRENTLY left beside them. */
    List<IndexFacts> leftovers(Connection connection) throws SQLException {
        List<String> names = oneIndex()
                ? Rows.list(connection, INDEXES + "SELECT c.relname FROM indexes JOIN pg_class c USING (oid)",
                        row -> row.getString(1), sql())
                : List.of();
        return IndexFacts.unusable(connection, tables(connection)).stream().filter(IndexFacts::transitional)
                .filter(index -> !oneIndex() || names.stream().anyMatch(index::transitionalOf)).toList();
    }

    private List<Long> tables(Connection connection) throws SQLException {
        return oneIndex()
                ? Rows.list(connection, INDEXES + """
                        SELECT DISTINCT i.indrelid FROM indexes x JOIN pg_index i ON i.indexrelid = x.oid""",
                        row -> row.getLong(1), sql())
                : Rows.list(connection, TABLES + "SELECT oid FROM tables", row -> row.getLong(1), kind.name(), sql(),
                        sql());
    }

    private @Nullable String sql() {
        return name == null ? null : name.sql();
    }
}
