package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Catalog;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Difference;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.testing.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the model says of a schema after statements is what a server says that ran them. */
class CatalogTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());
    private static final TestPostgres.Database DATABASE = TestPostgres.database();
    private static final Connection CONNECTION = connect();

    private static Connection connect() {
        try {
            return DriverManager.getConnection(DATABASE.url(), DATABASE.user(), DATABASE.password());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void disconnect() throws SQLException {
        CONNECTION.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        List<String> schemas = Rows.list(CONNECTION, """
                SELECT quote_ident(nspname) FROM pg_namespace
                WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'""", row -> row.getString(1));
        for (String schema : schemas) {
            Rows.execute(CONNECTION, "DROP SCHEMA " + schema + " CASCADE");
        }
        Rows.execute(CONNECTION, "CREATE SCHEMA public");
        Rows.execute(CONNECTION, "RESET ALL");
    }

    static Stream<Named<String>> scripts() throws IOException {
        try (var file = Objects.requireNonNull(CatalogTest.class.getResourceAsStream("/model/scripts.sql"))) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("(?m)^-- == ")).skip(1).map(part -> Named
                    .of(part.substring(0, part.indexOf('\n')), part.substring(part.indexOf('\n') + 1)));
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void saysWhatTheServerSays(String sql) throws SQLException {
        Schema model = run(sql, Schema.open());

        Schema catalog = catalog().schema();

        assertThat(model.differences(catalog)).extracting(Difference::text).as("catalog, against the model").isEmpty();
        assertThat(catalog.differences(model)).extracting(Difference::text).as("model, against the catalog").isEmpty();
        assertThat(names(model)).isEqualTo(names(catalog));
    }

    /** The same statements lead from the catalog of one half to the catalog of the whole. */
    @ParameterizedTest
    @MethodSource("scripts")
    void goesOnFromACatalog(String sql) throws SQLException {
        List<Script.Statement> statements = SCRIPTS.read(sql).statements();
        boolean split = statements.stream().noneMatch(Script.Statement::transactionControl);
        int half = split ? statements.size() / 2 : 0;
        run(statements.subList(0, half), Schema.open());
        Schema model = catalog().schema();
        model.apply(new dev.rubicon.engine.facts.Action.Setting("search_path", searchPath(), false));

        run(statements.subList(half, statements.size()), model);

        Schema catalog = catalog().schema();
        assertThat(model.differences(catalog)).extracting(Difference::text).as("catalog, against the model").isEmpty();
        assertThat(catalog.differences(model)).extracting(Difference::text).as("model, against the catalog").isEmpty();
    }

    private static String searchPath() throws SQLException {
        return Rows.first(CONNECTION, "SHOW search_path", row -> row.getString(1)).orElseThrow();
    }

    private static List<QualifiedName> names(Schema schema) {
        return Stream.concat(schema.relations().stream().map(Relation::name),
                schema.indexes().stream().map(Schema.Index::name)).toList();
    }

    private static Schema run(String sql, Schema model) throws SQLException {
        Script script = SCRIPTS.read(sql);
        assertThat(script.errors()).isEmpty();
        return run(script.statements(), model);
    }

    private static Schema run(List<Script.Statement> statements, Schema model) throws SQLException {
        for (Script.Statement statement : statements) {
            statement.actions().forEach(model::apply);
            Rows.execute(CONNECTION, statement.sql());
        }
        return model;
    }

    private static Catalog catalog() throws SQLException {
        return new CatalogReader(CONNECTION, SCRIPTS).read();
    }

    @Test
    void knowsRowsAndSizesOnceTheyWereCounted() throws SQLException {
        Rows.execute(CONNECTION, "CREATE TABLE t AS SELECT n FROM generate_series(1, 5000) n");
        assertThat(table(catalog()).rows()).isNull();
        Rows.execute(CONNECTION, "ANALYZE t");

        assertThat(table(catalog())).satisfies(table -> {
            assertThat(table.rows()).isEqualTo(5000);
            assertThat(table.bytes()).isBetween(100_000L, 400_000L);
        });
    }

    private static Relation table(Catalog catalog) {
        return catalog.schema().relation(QualifiedName.of("t")).orElseThrow();
    }
}
