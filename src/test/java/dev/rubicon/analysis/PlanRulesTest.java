package dev.rubicon.analysis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a plan as a whole can tell: its river, its losses, its order. */
class PlanRulesTest {

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "ALTER TABLE users DROP COLUMN name; | { sql: ALTER TABLE users ADD COLUMN name text;, dataLoss: none } | users.name is dropped",
            "DROP TABLE old; | { sql: CREATE TABLE old (a int);, dataLoss: none } | old is dropped with its rows",
            "TRUNCATE old; | { nothing: nobody reads it, dataLoss: none } | rows of old are deleted",
            "DELETE FROM old WHERE a < 7; | { nothing: nobody reads it, dataLoss: none } | rows of old are deleted",
            "UPDATE users SET name = lower(name); | { nothing: it was wrong, dataLoss: none } | values of users.name are overwritten"})
    void derivesTheRiverFromWhatStatementsTakeAway(String sql, String rollback, String reason) {
        Verdict verdict = judge(step("take", sql, rollback));
        assertThat(requireNonNull(verdict.pointOfNoReturn()).reason()).contains(reason);
        assertThat(verdict.findings()).extracting(Finding::rule).contains("undeclared-point-of-no-return",
                "data-loss-understated");
        assertThat(verdict.findings()).filteredOn(each -> each.rule().equals("data-loss-understated")).singleElement()
                .satisfies(each -> assertThat(each.severity()).isEqualTo(Severity.ERROR));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "ALTER TABLE users ADD COLUMN a text; | { sql: ALTER TABLE users DROP COLUMN a;, dataLoss: new-writes }",
            "UPDATE users SET name = 'x' WHERE name IS NULL; | { nothing: the value is right, dataLoss: none }",
            "UPDATE users SET name = upper(name); | { sql: UPDATE users SET name = lower(name);, dataLoss: derived }",
            "INSERT INTO flags VALUES ('a'); | { sql: DELETE FROM flags WHERE name = 'a';, dataLoss: none }",
            "DELETE FROM flags WHERE name = 'a'; | { sql: INSERT INTO flags VALUES ('a');, dataLoss: none }",
            "CREATE TABLE a (b int); | { sql: DROP TABLE a;, dataLoss: new-writes }",
            "DROP VIEW a; | { sql: CREATE VIEW a AS SELECT 1 AS b;, dataLoss: none }"})
    void seesNoRiverWhereTheWayBackBringsEverything(String sql, String rollback) {
        Verdict verdict = judge(step("change", sql, rollback));
        assertThat(verdict.pointOfNoReturn()).isNull();
        assertThat(verdict.findings()).extracting(Finding::rule).doesNotContain("undeclared-point-of-no-return",
                "data-loss-understated", "rollback-does-not-undo");
    }

    @Test
    void countsWhatThePlanItselfMadeAsNothingThatExisted() {
        Verdict verdict = judge(step("add", "CREATE TABLE scratch (a int);",
                "{ sql: DROP TABLE scratch;, dataLoss: new-writes }")
                + step("empty", "TRUNCATE scratch;", "{ nothing: it was ours, dataLoss: none }")
                + step("drop", "DROP TABLE scratch;", "{ sql: CREATE TABLE scratch (a int);, dataLoss: none }"));
        assertThat(verdict.pointOfNoReturn()).isNull();
    }

    @Test
    void saysWhatARollbackLeavesAndWhatItTakesTooMuch() {
        assertThat(severities("rollback-does-not-undo",
                step("add", "ALTER TABLE users ADD COLUMN a text, ADD COLUMN b text;",
                        "{ sql: ALTER TABLE users DROP COLUMN a;, dataLoss: new-writes }")))
                .containsExactly(Severity.WARNING);
        assertThat(severities("rollback-does-not-undo", step("add", "ALTER TABLE users ADD COLUMN a text;",
                "{ sql: \"ALTER TABLE users DROP COLUMN a; ALTER TABLE users DROP COLUMN b;\", dataLoss: total }")))
                .containsExactly(Severity.ERROR);
        assertThat(severities("rollback-does-not-undo", step("add", "ALTER TABLE users ADD COLUMN a text;",
                "{ forward: { sql: UPDATE users SET a = NULL WHERE a = 'x'; }, dataLoss: none }")))
                .containsExactly(Severity.INFO);
    }

    @Test
    void derivesThatWhatALaterBackfillFillsCanBeFilledAgain() {
        String add = step("add", "ALTER TABLE users ADD COLUMN a text;",
                "{ sql: ALTER TABLE users DROP COLUMN a;, dataLoss: none }");
        assertThat(message("data-loss-understated", add)).contains("written there since");
        assertThat(message("data-loss-understated", add + """
                      - step: fill
                        backfill: { table: users, set: { a: b }, where: a IS NULL }
                        rollback: { nothing: it goes with the column, dataLoss: none }
                """)).contains("has filled in");
    }

    @Test
    void findsAColumnThatGoesBeforeItsLastUse() {
        String drop = step("drop", "ALTER TABLE users DROP COLUMN name;",
                "{ impossible: it is gone, dataLoss: total }");
        String view = step("show", "CREATE VIEW shown AS SELECT id, name FROM users;",
                "{ sql: DROP VIEW shown;, dataLoss: none }");
        String check = """
                      - step: look
                        check: [{ name: named, sql: SELECT count(*) FROM users WHERE name IS NULL, expect: 0 }]
                        rollback: { nothing: it only looks, dataLoss: none }
                """;
        assertThat(message("dropped-but-used", view + drop)).contains("the view shown of step show reads");
        assertThat(message("dropped-but-used", drop + view)).contains("step show behind it uses");
        assertThat(message("dropped-but-used", drop + check)).contains("a query of step look behind it reads");
        assertThat(severities("dropped-but-used", check + drop)).isEmpty();
        assertThat(severities("dropped-but-used",
                drop + step("again", "ALTER TABLE users ADD COLUMN name int;",
                        "{ nothing: it is new, dataLoss: none }")))
                .isEmpty();
    }

    @Test
    void callsADropBeforeAnyGateByItsName() {
        assertThat(message("drop-without-gate", step("drop", "DROP VIEW shown;",
                "{ sql: CREATE VIEW shown AS SELECT 1 AS a;, dataLoss: none }")))
                .contains("takes shown away, and no application version gates it");
    }

    @Test
    void raisesTheRiskForReasonsThatItTells() {
        Verdict verdict = judge(step("rename", "ALTER TABLE users RENAME COLUMN a TO b;",
                "{ sql: ALTER TABLE users RENAME COLUMN b TO a;, dataLoss: none }"));
        assertThat(requireNonNull(verdict.phaseRisks().get(0)).level()).isEqualTo(Verdict.Level.HIGH);
        assertThat(requireNonNull(verdict.phaseRisks().get(0)).reasons())
                .contains("Step rename renames users.a, which running code names");
        Verdict own = judge(step("make", "CREATE TABLE t (a int); CREATE INDEX t_a ON t (a); DROP TABLE t;",
                "{ nothing: all is gone again, dataLoss: none }"));
        assertThat(requireNonNull(own.phaseRisks().get(0))).isEqualTo(new Verdict.Risk(Verdict.Level.LOW, List.of()));
    }

    private static String step(String name, String sql, String rollback) {
        return "      - step: " + name + "\n        sql: \"" + sql + "\"\n        rollback: " + rollback + "\n";
    }

    private static List<Severity> severities(String rule, String steps) {
        return judge(steps).findings().stream().filter(each -> each.rule().equals(rule)).map(Finding::severity)
                .toList();
    }

    private static String message(String rule, String steps) {
        return judge(steps).findings().stream().filter(each -> each.rule().equals(rule)).map(Finding::message)
                .reduce((one, other) -> one + "; " + other).orElse("none");
    }

    private static Verdict judge(String steps) {
        String plan = "plan: shape-of-things\ntitle: Steps\nengine: postgresql\nphases:\n  - phase: expand\n    steps:\n"
                + steps;
        return room.get(Judgement.class).judge(room.get(PlanReader.class).read(plan, "application/yaml"), Terms.TEXT)
                .verdict();
    }
}
