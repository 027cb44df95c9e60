package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.Script.SyntaxError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The SQL inside functions, procedures and DO blocks. */
class BodiesTest {

    private static final Scripts SCRIPTS = new Scripts(new Grammar());

    private static Statement only(String sql) {
        Script script = SCRIPTS.read(sql);
        assertThat(script.errors()).isEmpty();
        return script.statements().getFirst();
    }

    @Test
    void digsThroughEveryBlockOfAProcedure() throws IOException {
        String text = Files.readString(Path.of("src/test/resources/corpus/bodies.sql"));

        Statement procedure = SCRIPTS.read(text).statements().get(3);

        assertThat(procedure.body()).extracting(Statement::sql).map(sql -> sql.replaceAll(" +", " ")).containsExactly(
                "SELECT * FROM cursor_table", "SELECT * FROM loop_table", "UPDATE then_table SET a = 1 WHERE id = r.id",
                "SELECT f(1) FROM else_table", "SELECT count(*) FROM into_table",
                "INSERT INTO block_table VALUES ('a;b')", "TRUNCATE handler_table", "DELETE FROM case_table");
        assertThat(procedure.body()).allSatisfy(one -> {
            String place = text.substring(one.offset());
            assertThat(place.startsWith("PERFORM") ? "SELECT" : place).startsWith(one.sql().split(" ", 2)[0]);
        });
        assertThat(procedure.dynamic()).isFalse();
    }

    @Test
    void readsABodyOfSqlInAString() {
        String text = "SELECT 'é';\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS E'SELECT \\'é\\';\\n\n DELETE FROM t';";

        Statement function = SCRIPTS.read(text).statements().getLast();

        assertThat(function.body()).extracting(Statement::sql, Statement::offset).containsExactly(
                tuple("SELECT 'é'", text.indexOf("SELECT \\'")), tuple("DELETE FROM t", text.indexOf("DELETE")));
    }

    @Test
    void readsTheStatementsOfAnAtomicBody() {
        String text = """
                CREATE PROCEDURE p(a int) LANGUAGE sql BEGIN ATOMIC
                  INSERT INTO t SELECT CASE WHEN a > 1 THEN 1 END AS "end"; ; UPDATE t SET a = 2;
                END""";

        assertThat(only(text).body()).extracting(Statement::sql, Statement::offset).containsExactly(
                tuple("INSERT INTO t SELECT CASE WHEN a > 1 THEN 1 END AS \"end\"", text.indexOf("INSERT")),
                tuple("UPDATE t SET a = 2", text.indexOf("UPDATE")));
    }

    @Test
    void tellsTwoEqualStatementsApart() {
        String text = "DO $$ BEGIN DELETE FROM t; DELETE FROM t; END $$";

        assertThat(only(text).body()).extracting(Statement::offset).containsExactly(text.indexOf("DELETE"),
                text.lastIndexOf("DELETE"));
    }

    @Test
    void placesStatementsInQuotesBehindIntoAndAccents() {
        String text = "DO 'DECLARE é text; BEGIN\n\n SELECT ''x'' INTO é FROM a;\n PERFORM ''😀'' FROM b; END'";

        assertThat(only(text).body()).extracting(Statement::offset).containsExactly(text.indexOf("SELECT"),
                text.indexOf("PERFORM"));
    }

    @Test
    void readsABlockInsideABlock() {
        Statement outer = only("DO $a$ BEGIN DO $b$ BEGIN DROP TABLE t; END $b$; END $a$");

        assertThat(outer.body().getFirst().body()).extracting(Statement::sql).containsExactly("DROP TABLE t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXECUTE 'DROP TABLE t';", "EXECUTE $q$DROP TABLE t$q$;",
            "IF true THEN EXECUTE 'DROP TABLE t' USING 1; END IF;"})
    void readsAConstantThatABodyExecutes(String statement) {
        String text = "DO $$ BEGIN " + statement + " END $$";
        assertThat(only(text).dynamic()).isFalse();
        assertThat(only(text).body()).singleElement().satisfies(each -> {
            assertThat(each.sql()).isEqualTo("DROP TABLE t");
            assertThat(each.offset()).isEqualTo(text.indexOf("DROP"));
        });
        assertThat(only("DO $$ BEGIN EXECUTE 'COMMENT ON TABLE t IS ''x'''; END $$").body())
                .extracting(Statement::sql).containsExactly("COMMENT ON TABLE t IS 'x'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXECUTE 'DROP TABLE ' || 't';", "EXECUTE 'SELECT FROM FROM';",
            "FOR r IN EXECUTE 'SELECT 1' LOOP NULL; END LOOP;",
            "OPEN c FOR EXECUTE 'SELECT 1';", "IF true THEN EXECUTE 'x' USING 1; END IF;"})
    void tellsThatABodyRunsTextItMakes(String statement) {
        assertThat(only("DO $$ DECLARE r record; c refcursor; BEGIN " + statement + " END $$").dynamic()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            DO $$ BEGIN ALTER TABEL t ADD a int; END $$ | syntax error at or near "TABEL" | TABEL
            DO $$ BEGIN NULL; $$ | syntax error at end of input | $$
            DO $$ BEGIN x := 1; END $$                  | "x" is not a known variable     | x := 1
            DO 'BEGIN SELECT ''t''; IF t THEN END; END' | syntax error at or near ";"     | ; END'
            CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELEC 2 $$ | syntax error at or near "SELEC" | SELEC 2
            """)
    void refusesABodyThatPostgresqlWouldRefuse(String sql, String message, String place) {
        SyntaxError error = SCRIPTS.read(sql).error();

        assertThat(error).isNotNull().satisfies(it -> assertThat(it.message()).isEqualTo(message));
        assertThat(SCRIPTS.read(sql).statements()).hasSize(1);
        assertThat(SCRIPTS.read(sql).errors()).extracting(SyntaxError::offset)
                .containsExactly(sql.equals(place) ? 0 : sql.lastIndexOf(place));
    }

    @Test
    void takesAnyBodyWhileTheChecksAreOff() {
        Script script = SCRIPTS.read("""
                SET check_function_bodies = false;
                CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELEC 1';
                SET check_function_bodies = on;
                CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELEC 2';""");

        assertThat(script.statements()).hasSize(4);
        assertThat(script.errors()).extracting(SyntaxError::line).containsExactly(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ return 'x; y' $$",
            "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'sym'", "DO LANGUAGE plperl $$ my $x = 1; $$"})
    void leavesOtherLanguagesAlone(String sql) {
        assertThat(only(sql).body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "CREATE FUNCTION f() RETURNS mood[] LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; RETURN a; END $$",
            "CREATE FUNCTION f(a t.b%TYPE) RETURNS t LANGUAGE plpgsql AS $$ DECLARE r t%ROWTYPE; BEGIN DELETE FROM t; r.x := a; RETURN r; END $$",
            "CREATE FUNCTION f(OUT a mood, INOUT b text[]) LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; a := 'x'; END $$"})
    void needsNoCatalogForTypesThatOnlyACatalogKnows(String sql) {
        assertThat(only(sql).body()).extracting(Statement::sql).isEqualTo(List.of("DELETE FROM t"));
    }
}
