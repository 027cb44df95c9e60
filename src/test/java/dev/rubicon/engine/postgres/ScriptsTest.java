package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.Script.ConcurrentIndex;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.Script.StatementKind;
import dev.rubicon.engine.Script.SyntaxError;
import dev.rubicon.testing.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ScriptsTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());

    @Test
    void cutsStatementsWithoutSemicolonsSpaceAndComments() {
        String text = "-- é😀 first\n  CREATE TABLE \"ü😀\" (a int) /* c */ ; /* lead */ SELECT 'a;é' -- tail ;\n;; DELETE FROM t";

        Script script = SCRIPTS.read(text);

        assertThat(script.statements()).extracting(Statement::sql)
                .containsExactly("CREATE TABLE \"ü😀\" (a int)", "SELECT 'a;é'", "DELETE FROM t");
        assertThat(script.statements())
                .allSatisfy(one -> assertThat(text.substring(one.offset())).startsWith(one.sql()));
    }

    @Test
    void keepsTheSemicolonsInsideAFunctionBody() {
        Script script = SCRIPTS.read("""
                CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
                DO $$ BEGIN PERFORM 1; END $$;""");

        assertThat(script.statements()).extracting(Statement::node).containsExactly("CreateFunctionStmt", "DoStmt");
    }

    @Test
    void hasNoStatementsInATextOfComments() {
        assertThat(SCRIPTS.read(" -- nothing\n;; /* here */ ")).isEqualTo(new Script(List.of(), List.of()));
    }

    @Test
    void tellsLineAndColumnOfASyntaxError() {
        String text = "SELECT '😀é';\n  ALTER TABEL t ADD x int;";

        Script script = SCRIPTS.read(text);

        assertThat(script.statements()).extracting(Statement::sql).containsExactly("SELECT '😀é'");
        assertThat(script.error()).isNotNull().satisfies(error -> {
            assertThat(error.message()).isEqualTo("syntax error at or near \"TABEL\"");
            assertThat(text.substring(error.offset())).startsWith("TABEL");
            assertThat(error.line()).isEqualTo(2);
            assertThat(error.column()).isEqualTo(9);
        });
    }

    @Test
    void keepsTheStatementsAroundSyntaxErrors() {
        String text = "SELECT 1;\r\n\tSELEC 'é';\r\n;; /* a; /* b; */ */\tINSERT INTO t VALUES ('😀;');"
                + " UPDATE t SE a = 1; -- ;\nSELECT $a$;$a$, E'\\';', U&\"d\\0061;t\"; DROP TABEL";

        Script script = SCRIPTS.read(text);

        assertThat(script.statements()).extracting(Statement::sql).containsExactly("SELECT 1",
                "INSERT INTO t VALUES ('😀;')", "SELECT $a$;$a$, E'\\';', U&\"d\\0061;t\"");
        assertThat(script.statements())
                .allSatisfy(one -> assertThat(text.substring(one.offset())).startsWith(one.sql()));
        assertThat(script.errors()).containsExactly(
                new SyntaxError("syntax error at or near \"SELEC\"", text.indexOf("SELEC '"), 2, 2),
                new SyntaxError("syntax error at or near \"a\"", text.indexOf("a = 1"), 3, 63),
                new SyntaxError("syntax error at or near \"TABEL\"", text.indexOf("TABEL"), 4, 44));
    }

    @Test
    void goesOnBehindAParenthesisThatNobodyClosed() {
        Script script = SCRIPTS.read("CREATE TABLE t (a int; DROP TABLE u; SELECT 1)");

        assertThat(script.statements()).extracting(Statement::sql).containsExactly("DROP TABLE u");
        assertThat(script.errors()).extracting(SyntaxError::message)
                .containsExactly("syntax error at or near \";\"", "syntax error at or near \")\"");
    }

    @Test
    void goesOnBehindAFunctionBodyWithAnError() {
        Script script = SCRIPTS.read("""
                CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
                  SELECT CASE WHEN true THEN 1 END; SELEC 2; SELECT 3; END;
                SELECT 4;""");

        assertThat(script.statements()).extracting(Statement::sql).containsExactly("SELECT 4");
        assertThat(script.errors()).extracting(SyntaxError::line, SyntaxError::column)
                .containsExactly(tuple(2, 37));
    }

    @Test
    void takesAByteOrderMarkForSpace() {
        Script script = SCRIPTS.read("\uFEFFSELECT 'é'");

        assertThat(script.statements()).extracting(Statement::sql, Statement::offset)
                .containsExactly(tuple("SELECT 'é'", 1));
    }

    @Test
    void placesWhatATreeNames() {
        String text = "-- é😀\nSELECT 1; SELECT 'é', b FROM shop.t";

        Scripts.Parsed last = SCRIPTS.trees(text).getLast();
        JsonNode table = last.tree().path("fromClause").path(0).path("RangeVar");

        assertThat(last.places().applyAsInt(table.path("location").asInt()))
                .isEqualTo(last.sql().indexOf("shop.t"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE t ADD c int                              | DDL
            CREATE TABLE t AS SELECT 1                           | DDL
            SELECT 1 INTO t                                      | DDL
            COMMENT ON TABLE t IS 'x'                            | DDL
            UPDATE t SET a = 1                                   | DML
            MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE | DML
            TRUNCATE t                                           | DML
            WITH gone AS (DELETE FROM t RETURNING a) SELECT a FROM gone | DML
            COPY t FROM '/x'                                     | DML
            SELECT 1                                             | OTHER
            SET lock_timeout = 1                                 | OTHER
            VACUUM t                                             | OTHER
            """)
    void tellsWhatAStatementChanges(String sql, StatementKind kind) {
        assertThat(SCRIPTS.read(sql).statements()).extracting(Statement::kind).containsExactly(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE INDEX CONCURRENTLY i ON t (a)", "DROP INDEX CONCURRENTLY t_a",
            "REINDEX INDEX CONCURRENTLY t_a", "REINDEX (CONCURRENTLY) TABLE t", "REINDEX (CONCURRENTLY off) TABLE t",
            "REINDEX SCHEMA public", "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY",
            "ALTER TABLE p DETACH PARTITION p1", "VACUUM t", "ANALYZE t", "CREATE DATABASE never_made",
            "DROP DATABASE IF EXISTS never_made", "ALTER SYSTEM SET work_mem = '4MB'", "CLUSTER",
            "CREATE TABLE u (a int)", "ALTER TYPE mood ADD VALUE 'fine'", "DISCARD ALL", "DISCARD TEMP",
            "CREATE TABLESPACE s LOCATION '/never'", "DROP TABLESPACE never_made",
            "CREATE SUBSCRIPTION s CONNECTION 'host=localhost port=1' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION 'host=localhost port=1' PUBLICATION p WITH (connect = false)",
            "REFRESH MATERIALIZED VIEW m", "ALTER DATABASE postgres CONNECTION LIMIT 100"})
    void agreesWithTheServerOnWhatMayRunInATransaction(String sql) throws SQLException {
        boolean transactional = SCRIPTS.read(sql).statements().getFirst().transactional();

        assertThat(transactional).isEqualTo(!refusedInTransaction(sql));
    }

    private static final TestPostgres.Database DATABASE = database();

    private static TestPostgres.Database database() {
        TestPostgres.Database database = TestPostgres.database();
        database.run("CREATE TABLE t (a int)", "CREATE INDEX t_a ON t (a)", "CREATE TYPE mood AS ENUM ('sad')",
                "CREATE TABLE p (a int) PARTITION BY LIST (a)", "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
                "CREATE MATERIALIZED VIEW m AS SELECT 1");
        return database;
    }

    private static boolean refusedInTransaction(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(DATABASE.url(), DATABASE.user(), DATABASE.password());
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            connection.rollback();
            return false;
        } catch (SQLException e) {
            return "25001".equals(e.getSQLState());
        }
    }

    @Test
    void namesTransactionControl() {
        assertThat(SCRIPTS.read("BEGIN; SAVEPOINT a; COMMIT; SELECT 1").statements())
                .extracting(Statement::transactionControl).containsExactly(true, true, true, false);
    }

    @Test
    void namesTheIndexOfAConcurrentStatement() {
        Script script = SCRIPTS.read("""
                CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON s."T" (a);
                CREATE INDEX CONCURRENTLY ON t (a);
                DROP INDEX CONCURRENTLY IF EXISTS s.i;
                REINDEX INDEX CONCURRENTLY i;
                CREATE INDEX i ON t (a)""");

        assertThat(script.statements()).extracting(Statement::concurrentIndex).containsExactly(
                new ConcurrentIndex(ConcurrentIndex.Action.CREATE, null, "i", "s.\"T\"", true),
                new ConcurrentIndex(ConcurrentIndex.Action.CREATE, null, null, "t", false),
                new ConcurrentIndex(ConcurrentIndex.Action.DROP, "s", "i", null, true),
                new ConcurrentIndex(ConcurrentIndex.Action.REINDEX, null, "i", null, false), null);
    }

    private final Fragments fragments = new Fragments(SCRIPTS);

    @ParameterizedTest
    @ValueSource(strings = {"1); DROP TABLE t; SELECT (1", "1) FROM t WHERE (true", "1), (2", "1 /*", "",
            "1) AS x, (1"})
    void refusesAnExpressionThatIsMoreThanOne(String sql) {
        assertThatThrownBy(() -> fragments.expression("set.a", sql)).isInstanceOf(Fragments.Refused.class)
                .hasMessageContaining("set.a");
    }

    @Test
    void embedsAnExpressionAsItStands() {
        assertThat(fragments.expression("where", "a IS NULL -- still empty")).isEqualTo("(a IS NULL -- still empty\n)");
        assertThat(fragments.expression("set.a", "(SELECT max(b) FROM t)")).isEqualTo("((SELECT max(b) FROM t))");
    }

    @ParameterizedTest
    @ValueSource(strings = {"t WHERE true", "t; DROP TABLE t", "t UNION SELECT 1"})
    void refusesAFromThatIsMoreThanTables(String sql) {
        assertThatThrownBy(() -> fragments.from(sql)).isInstanceOf(Fragments.Refused.class);
    }

    @Test
    void readsTableNames() {
        assertThat(fragments.table("table", "Shop.\"Order\"").sql()).isEqualTo("shop.\"Order\"");
        assertThatThrownBy(() -> fragments.table("table", "a, b")).isInstanceOf(Fragments.Refused.class);
        assertThatThrownBy(() -> fragments.table("table", "a x")).isInstanceOf(Fragments.Refused.class);
    }

    @Test
    void namesTheRelationsOfAScript() {
        assertThat(fragments.relations("ALTER TABLE s.a ADD FOREIGN KEY (x) REFERENCES b; DROP TABLE \"C\""))
                .containsExactlyInAnyOrder("s.a", "b", "\"C\"");
    }
}
