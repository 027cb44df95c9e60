package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Catalog;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the schema of a target with a few queries over all objects at once. They lock nothing but the catalogs themselves,
 * in ACCESS SHARE, which only stands in the way of a VACUUM FULL of a catalog. The texts of views and generated columns are
 * asked for last and by themselves: to print those, the server takes ACCESS SHARE on the tables, and waits for whoever
 * holds them exclusively. Rubicon does not wait along, but does without.
 */
final class CatalogReader {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final String LOCK_TIMEOUT = "55P03";

    private final Connection connection;
    private final CatalogExpressions expressions;
    private final Schema schema = Schema.complete();

    CatalogReader(Connection connection, Scripts scripts) {
        this.connection = connection;
        this.expressions = new CatalogExpressions(scripts);
    }

    Catalog read() throws SQLException {
        connection.setAutoCommit(false);
        try {
            begin();
            int version = Rows.first(connection, "SELECT current_setting('server_version_num')::int",
                    row -> row.getInt(1)).orElseThrow() / 10_000;
            CatalogRows rows = CatalogRows.read(connection, version);
            Map<Long, String> texts = texts();
            fill(rows, texts);
            String database = Rows.first(connection, "SELECT current_database()", row -> row.getString(1))
                    .orElseThrow();
            return new Catalog(schema, version, database);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private void begin() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // one snapshot for all queries, so that what they say fits together
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            statement.execute("SET LOCAL statement_timeout = " + LIMIT.toMillis());
            statement.execute("SET LOCAL lock_timeout = " + PATIENCE.toMillis());
            // so that the server prints every name with its schema
            statement.execute("SET LOCAL search_path = ''");
        }
    }

    /** Queries of views, by oid; none where somebody holds one of their tables exclusively. */
    private Map<Long, String> texts() throws SQLException {
        Map<Long, String> texts = new HashMap<>();
        var before = connection.setSavepoint();
        try {
            Rows.list(connection, CatalogRows.VIEWS, row -> texts.put(row.getLong(1), row.getString(2)));
        } catch (SQLException e) {
            if (!LOCK_TIMEOUT.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
        }
        return texts;
    }

    private void fill(CatalogRows rows, Map<Long, String> texts) throws SQLException {
        expressions.parse(rows);
        new CatalogTypes(schema, expressions).fill(rows);
        Map<Long, QualifiedName> names = new LinkedHashMap<>();
        rows.relations().forEach(each -> names.put(each.oid(), each.name()));
        Map<Long, CatalogTable> tables = new LinkedHashMap<>();
        rows.relations().forEach(each -> tables.put(each.oid(), new CatalogTable(each, names, expressions)));
        rows.columns().forEach(each -> with(tables, each.relation(), table -> table.add(each)));
        rows.sequences().forEach(each -> with(tables, each.table(), table -> table.number(each)));
        rows.sequences().forEach(each -> with(tables, each.sequence(),
                sequence -> with(tables, each.table(), table -> sequence.ownedBy(table, each.column()))));
        rows.constraints().forEach(each -> with(tables, each.relation(), table -> table.add(each, tables)));
        rows.reads().forEach(each -> with(tables, each.view(),
                view -> with(tables, each.relation(), read -> view.reads(read, each.column()))));
        rows.triggers().forEach(each -> with(tables, each.relation(), table -> table.add(each)));
        rows.indexes().forEach(each -> with(tables, each.table(), table -> schema.put(table.index(each))));
        tables.forEach((oid, table) -> schema.put(table.relation(texts.get(oid))));
        schema.apply(new Action.Setting("timezone", timeZone(), false));
        schema.forgetMade();
    }

    /**
     * Of Rubicon's own sessions, which is not the database's: the driver brings its own. It decides whether timestamps are
     * rewritten when they change their type in a step.
     */
    private @Nullable String timeZone() throws SQLException {
        return Rows.first(connection, "SELECT current_setting('TimeZone')", row -> row.getString(1)).orElse(null);
    }

    /** What depends on a relation outside of the user's schemas is left out. */
    private static void with(Map<Long, CatalogTable> tables, long oid,
            Consumer<CatalogTable> consumer) {
        CatalogTable table = tables.get(oid);
        if (table != null) {
            consumer.accept(table);
        }
    }
}
