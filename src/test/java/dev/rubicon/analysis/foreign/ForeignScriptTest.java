package dev.rubicon.analysis.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignScriptTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "-- +goose Up            | -- +goose Down",
            "-- +migrate Up          | -- +migrate Down",
            "-- migrate:up           | -- migrate:down",
            "--//                    | --//@UNDO",
            "-- a change             | -- //@UNDO",
            "# --- !Ups              | # --- !Downs",
            "-- !Ups                 | -- !Downs",
            "-- tern                 | ---- create above / drop below ----"})
    void tellsTheWayBackByTheMarksOfTools(String up, String down) {
        List<ForeignScript> scripts = read(up + "\nCREATE TABLE a ();\n" + down + "\nDROP TABLE a;\n");
        assertThat(scripts).extracting(ForeignScript::rollback).containsExactly(false, true);
        assertThat(line(scripts.get(0), 2)).isEqualTo("CREATE TABLE a ();");
        assertThat(line(scripts.get(0), 4)).isBlank();
        assertThat(line(scripts.get(1), 2)).isBlank();
        assertThat(line(scripts.get(1), 4)).isEqualTo("DROP TABLE a;");
    }

    @Test
    void readsAFileThatOnlyGoesBack() {
        assertThat(read("-- migrate:down\nDROP TABLE a;\n")).singleElement().matches(ForeignScript::rollback);
        assertThat(ForeignScript.read("1_a.down.sql", "DROP TABLE a;")).singleElement()
                .matches(ForeignScript::rollback);
    }

    @Test
    void takesTheWayBackOfLiquibaseOutOfItsComments() {
        List<ForeignScript> scripts = read("""
                --liquibase formatted sql
                --changeset ann:1
                CREATE TABLE a ();
                --rollback DROP TABLE a;
                --changeset ann:2
                CREATE TABLE b ();
                /* liquibase rollback
                DROP TABLE b;
                */
                --rollback empty
                """);
        assertThat(scripts).hasSize(2);
        assertThat(scripts.get(1).sql().replaceAll("\\s+", " ").strip()).isEqualTo("DROP TABLE a; DROP TABLE b;");
        assertThat(line(scripts.get(1), 4)).isEqualTo("           DROP TABLE a;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-- +goose NO TRANSACTION\n-- +goose Up\n", "-- migrate:up transaction:false\n",
            "-- atlas:txmode none\n", "-- +migrate Up notransaction\n",
            "--liquibase formatted sql\n--changeset ann:1 runInTransaction:false\n"})
    void hearsThatAToolOpensNoTransaction(String note) {
        assertThat(read(note + "SELECT 1;").getFirst().inTransaction()).isFalse();
    }

    @Test
    void knowsToolsThatOpenATransaction() {
        assertThat(read("-- +goose Up\nSELECT 1;").getFirst().inTransaction()).isTrue();
        assertThat(read("-- migrate:up\nSELECT 1;").getFirst().inTransaction()).isTrue();
        assertThat(read("SELECT 1;").getFirst().inTransaction()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "\\connect app          |                      ",
            "  \\restrict abc        |                      ",
            "SELECT 1 \\gset        | SELECT 1 ;           ",
            "SELECT 1\\; SELECT 2;  | SELECT 1;  SELECT 2; ",
            "SELECT '\\d';          | SELECT '\\d';        ",
            "-- \\d here            | -- \\d here          ",
            "SET x TO :v;           | SET x TO _v;         ",
            "SELECT :'v', :\"v\";   | SELECT  'v',  \"v\"; ",
            "SELECT a::text;        | SELECT a::text;      ",
            "SELECT a[b:c];         | SELECT a[b:c];       ",
            "CALL f(a := b);        | CALL f(a := b);      ",
            "SELECT $1;             | SELECT $1;           ",
            "DROP TABLE ${s}.a;     | DROP TABLE __s_.a;   ",
            "DROP TABLE {{ s }}.a;  | DROP TABLE ___s___.a;",
            "DROP TABLE \"{{ \"S\" }}\".a; | DROP TABLE \"____s____\".a;",
            "{% if x %} SELECT 1;   | SELECT 1;            ",
            "DROP TABLE @s@.a;      | DROP TABLE _s_.a;    ",
            "SELECT '${a} {{b}}';   | SELECT '${a} {{b}}'; ",
            "SELECT a <@ b, @ c;    | SELECT a <@ b, @ c;  ",
            "SELECT E'\\'{' ; \\d x | SELECT E'\\'{' ;     "})
    void blanksWhatIsNoSql(String text, String left) {
        String sql = read(text).getFirst().sql();
        assertThat(sql).hasSameSizeAs(text);
        assertThat(sql.strip()).isEqualTo(left == null ? "" : left.strip());
    }

    @Test
    void blanksTheDataOfCopyAndKeepsEveryLine() {
        String text = """
                -- Data for Name: a
                COPY public.a (id, note) FROM stdin;
                1\tit's
                2\t$$ \\N
                \\.
                SELECT 1;
                """;
        String sql = read(text).getFirst().sql();
        assertThat(sql.lines().toList()).hasSize(6).last().isEqualTo("SELECT 1;");
        assertThat(sql.lines().skip(2).limit(3)).allMatch(String::isBlank);
    }

    @Test
    void leavesBodiesAloneButForPlaceholders() {
        String text = "DO $x$ BEGIN a := :b; PERFORM '\\d'; CALL ${p}; END $x$; SELECT :c;";
        assertThat(read(text).getFirst().sql())
                .isEqualTo("DO $x$ BEGIN a := :b; PERFORM '\\d'; CALL __p_; END $x$; SELECT _c;");
    }

    @Test
    void blanksAMarkOfTheByteOrder() {
        assertThat(read("\uFEFFSELECT 1;").getFirst().sql()).isEqualTo(" SELECT 1;");
    }

    private static List<ForeignScript> read(String text) {
        return ForeignScript.read("1_a.sql", text);
    }

    private static String line(ForeignScript script, int number) {
        return script.sql().lines().skip(number - 1).findFirst().orElseThrow();
    }
}
