package dev.rubicon.analysis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanDocuments;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;
import dev.rubicon.plan.Verdict.Level;
import dev.rubicon.registry.EngineKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

class JudgementTest {

    private static final String UNDO = """
            plan: undo
            title: Add a column, and take it back
            engine: postgresql
            phases:
              - phase: expand
                steps:
                  - step: add-nickname
                    sql: ALTER TABLE users ADD COLUMN nickname text;
                    rollback:
                      sql: ALTER TABLE users DROP COLUMN nickname;
                      dataLoss: new-writes
                      lossQuery: SELECT count(*) FROM users WHERE nickname IS NOT NULL
            """;
    private static final String CROSSING = PlanDocuments.RENAME.replace("          window: until the backfill runs\n", """
                      window: until the backfill runs
                  - step: index-display-name
                    sql: CREATE INDEX CONCURRENTLY users_display_name_idx ON users (display_name);
                    rollback:
                      sql: DROP INDEX CONCURRENTLY users_display_name_idx;
                      dataLoss: none
            """);

    private static final String VERIFY = PlanDocuments.RENAME.substring(PlanDocuments.RENAME.indexOf("        verify:"),
            PlanDocuments.RENAME.indexOf("\n  - phase: contract"));

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    @Test
    void findsNothingAboveWarningInThePlansOfTheDesignOfTheDemoAndOfTheCrossing() throws IOException {
        List<String> plans = new ArrayList<>(List.of(PlanDocuments.RENAME, CROSSING, UNDO));
        var demo = new PathMatchingResourcePatternResolver().getResources("classpath:/demo/**/*.yaml");
        assertThat(demo).hasSizeGreaterThan(8);
        for (Resource plan : demo) {
            plans.add(plan.getContentAsString(StandardCharsets.UTF_8));
        }
        for (String plan : plans) {
            assertThat(judge(plan).findings()).filteredOn(finding -> finding.severity().compareTo(Severity.WARNING) > 0)
                    .isEmpty();
        }
        assertThat(CROSSING).contains("index-display-name");
    }

    @Test
    void derivesTheRiverWithItsReason() {
        assertThat(judge(PlanDocuments.RENAME).pointOfNoReturn()).isEqualTo(new Verdict.PointOfNoReturn(2,
                "drop-username",
                "username is gone. Restore the table from the backup into a new database and copy it back"));
        assertThat(judge(UNDO).pointOfNoReturn()).isNull();
    }

    @Test
    void callsPhasesRiskyForReasonsThatItTells() {
        Verdict verdict = judge(CROSSING);
        assertThat(verdict.phaseRisks().get(0)).isEqualTo(new Verdict.Risk(Level.LOW, List.of()));
        assertThat(verdict.phaseRisks().get(1))
                .isEqualTo(new Verdict.Risk(Level.MEDIUM, List.of("Step copy-username changes many rows of users")));
        assertThat(verdict.phaseRisks().get(2)).isEqualTo(new Verdict.Risk(Level.HIGH, List.of(
                "Step drop-username is the point of no return", "Step drop-username drops users.username")));
        assertThat(verdict.level()).isEqualTo(Level.HIGH);
        assertThat(judge(UNDO).level()).isEqualTo(Level.MEDIUM);
    }

    @ParameterizedTest
    @MethodSource
    void knowsDangerousStatements(String sql, Level level) {
        assertThat(judge(PlanDocuments.oneStep("p", "\"" + sql + "\"")).level()).isEqualTo(level);
    }

    static Stream<Arguments> knowsDangerousStatements() {
        return Stream.of(arguments("ALTER TABLE a ADD COLUMN b text", Level.LOW),
                arguments("ALTER TABLE a DROP CONSTRAINT b", Level.LOW),
                arguments("ALTER TABLE a ALTER COLUMN b DROP NOT NULL", Level.LOW),
                arguments("ALTER TABLE a ALTER COLUMN b DROP DEFAULT", Level.LOW),
                arguments("ALTER TABLE a ADD CONSTRAINT c CHECK (b <> 'drop table x') NOT VALID", Level.LOW),
                arguments("CREATE INDEX CONCURRENTLY i ON a (b)", Level.LOW),
                arguments("CREATE INDEX i ON a (b)", Level.MEDIUM),
                arguments("UPDATE a SET b = 1 WHERE b IS NULL", Level.MEDIUM),
                arguments("alter table a drop b", Level.HIGH), arguments("DROP TABLE a", Level.HIGH),
                arguments("TRUNCATE a", Level.HIGH), arguments("ALTER TABLE a RENAME COLUMN b TO c", Level.HIGH),
                arguments("ALTER TABLE a RENAME TO c", Level.HIGH),
                arguments("ALTER TABLE a ALTER COLUMN b TYPE bigint", Level.HIGH));
    }

    @ParameterizedTest
    @MethodSource
    void findsWhatARuleIsAbout(String rule, Severity severity, UnaryOperator<String> change, int line, String message) {
        assertThat(judge(change.apply(PlanDocuments.RENAME)).findings())
                .filteredOn(finding -> finding.rule().equals(rule)).singleElement().satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(severity);
                    assertThat(finding.message()).contains(message);
                    assertThat(finding.line()).isEqualTo(line);
                    assertThat(finding.why()).isNotBlank();
                });
    }

    static Stream<Arguments> findsWhatARuleIsAbout() {
        String add = "sql: ALTER TABLE users ADD COLUMN display_name text;";
        return Stream.of(
                rule("syntax-error", Severity.BLOCKING, add,
                        "sql: |\n          SELECT 1;\n\n            ALTR TABLE users;", 14,
                        "Step add-display-name: syntax error at or near \"ALTR\""),
                rule("syntax-error", Severity.BLOCKING, "{ display_name: username }", "{ display_name: 1); ALTR (2 }",
                        26, "near \"ALTR\""),
                rule("transaction-control-in-step", Severity.BLOCKING, add, "sql: BEGIN; ALTER TABLE users ADD a int",
                        11, "controls its transaction itself: BEGIN"),
                rule("mixed-ddl-dml", Severity.BLOCKING, add,
                        "sql:\n          - ALTER TABLE users ADD a int\n          - UPDATE users SET a = 1", 13,
                        "this is dml, the statements before it are ddl"),
                rule("not-alone", Severity.BLOCKING, "ALTER TABLE users DROP COLUMN display_name;",
                        "DROP INDEX CONCURRENTLY a; ALTER TABLE users DROP COLUMN display_name;", 13,
                        "The rollback of add-display-name has a statement that cannot run in a transaction"),
                rule("empty-sql", Severity.BLOCKING, add, "sql: \"-- later\"", 11, "SQL without any statement"),
                rule("cic-if-not-exists-masks-invalid", Severity.WARNING, add,
                        "sql: CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON users (b)", 11,
                        "would keep an invalid index"),
                rule("query-not-one-select", Severity.BLOCKING,
                        "SELECT count(*) FROM users WHERE display_name IS NULL",
                        "DELETE FROM users", 33, "a query that changes something: DELETE FROM users"),
                rule("query-not-one-select", Severity.BLOCKING, "where: display_name IS NULL",
                        "where: true); SELECT (1", 27, "an expression of several statements"),
                rule("undeclared-point-of-no-return", Severity.BLOCKING, "pointOfNoReturn: true\n        ", "", 45,
                        "drop-username is the point of no return, and the plan does not say so"),
                rule("misplaced-point-of-no-return", Severity.BLOCKING, add, add + "\n        pointOfNoReturn: true",
                        12, "its rollback restores everything"),
                rule("backup-missing", Severity.BLOCKING, "      backup: { maxAge: 24h }\n", "", 38,
                        "Phase 3 (Contract) crosses the point of no return and demands no backup"),
                rule("soak-in-first-phase", Severity.BLOCKING, "  - phase: expand ",
                        "  - after: { soak: 1h }\n    phase: expand ", 8, "no phase before it"),
                rule("drop-without-gate", Severity.WARNING,
                        "      absent: { application: accounts-web, version: \"<2.5.0\", because: it still uses username }\n",
                        "", 38, "nothing says that no older version of accounts-web runs any more"),
                rule("backfill-without-where", Severity.WARNING, "          where: display_name IS NULL\n", "", 25,
                        "no condition for the rows"),
                rule("acceptance-matches-nothing", Severity.WARNING, "phases:",
                        "accept: [{ rule: no-such-rule, because: why not }]\nphases:", 7,
                        "no finding of no-such-rule to accept"),
                rule("backfill-without-verification", Severity.INFO, VERIFY, "", 23, "Nothing verifies the backfill"));
    }

    private static Arguments rule(String rule, Severity severity, String from, String to, int line, String message) {
        UnaryOperator<String> change = text -> {
            assertThat(text).contains(from);
            return text.replace(from, to);
        };
        return arguments(rule, severity, change, line, message);
    }

    @Test
    void tellsARiverDeclaredTooLateFromTheOneThatIs() {
        String late = PlanDocuments.RENAME.replace("dataLoss: none\n          window",
                "dataLoss: total\n          window");
        assertThat(judge(late).findings()).extracting(Finding::rule).contains("undeclared-point-of-no-return",
                "misplaced-point-of-no-return");
        assertThat(requireNonNull(judge(late).pointOfNoReturn()).step()).isEqualTo("add-display-name");
        assertThat(judge(late).findings()).filteredOn(each -> each.rule().equals("backup-missing")).hasSize(2);
    }

    @Test
    void saysOfABlockingFindingThatItCannotBeAccepted() {
        String plan = PlanDocuments.RENAME.replace("      backup: { maxAge: 24h }\n", "").replace("phases:",
                "accept: [{ rule: backup-missing, because: brave }]\nphases:");
        assertThat(judge(plan).findings()).anySatisfy(
                finding -> assertThat(finding.message()).contains("backup-missing is blocking and cannot be accepted"));
    }

    @Test
    void storesPlansForAnEngineThatThisServerLacksAndSaysSo() {
        Verdict verdict = judge("""
                plan: d
                title: Dynamo
                engine: dynamodb
                phases: [{ phase: expand, steps: [{ step: gsi, dynamodb: { addIndex: by-name },
                  rollback: { nothing: the index is dropped by hand, dataLoss: none } }] }]
                """);
        assertThat(verdict.findings()).extracting(Finding::rule).containsExactly("dynamodb-not-executable");
    }

    @Test
    void namesTheSameFindingTheSameAndAlikeOnesApart() {
        String plan = PlanDocuments.oneStep("p", "BEGIN; BEGIN; COMMIT");
        List<String> ids = judge(plan).findings().stream().map(Finding::id).toList();
        assertThat(ids).hasSize(3).doesNotHaveDuplicates();
        assertThat(judge("# moved down\n" + plan).findings()).extracting(Finding::id).isEqualTo(ids);
    }

    @Test
    void judgesAScriptThatBelongsToNoPlan() {
        Judgement.Analysis analysis = room.get(Judgement.class)
                .judge(List.of(new ScriptFile("a.sql",
                        "CREATE TABLE a (b int);\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (b)", "forward",
                        false)),
                        EngineKind.POSTGRESQL, Terms.TEXT)
                .getFirst();
        assertThat(analysis.statements()).extracting(each -> each.kind() + each.line() + each.transactional())
                .containsExactly("ddl1true", "ddl2false");
        assertThat(analysis.verdict().findings()).extracting(each -> each.rule() + each.line())
                .contains("concurrently-in-tx2", "cic-if-not-exists-masks-invalid2").doesNotContain("not-alone2");
    }

    @Test
    void judgesLongScriptsStatementByStatement() {
        String sql = "\n          SELECT 1;".repeat(20_000);
        String literal = PlanDocuments.oneStep("long", "GONE").replace("sql: GONE",
                "sql: |" + sql + "\n          ALTR");
        assertThat(judge(literal).findings()).singleElement()
                .satisfies(finding -> assertThat(finding.line()).isEqualTo(20_009));
        String quoted = PlanDocuments.oneStep("long", "GONE").replace("sql: GONE",
                "sql: \"" + sql + "\n          INSERT INTO a VALUES ('" + "x".repeat(50_000) + "')\"");
        assertThat(
                room.get(Judgement.class).judge(room.get(PlanReader.class).read(quoted, "application/yaml"), Terms.TEXT)
                        .statements())
                .hasSize(20_001).last()
                .satisfies(statement -> assertThat(statement.line()).isEqualTo(20_009));
    }

    @Test
    void hasAPageForEveryRule() {
        List<RulePage> pages = room.get(Rules.class).all();
        assertThat(pages).extracting(RulePage::id).doesNotHaveDuplicates().isSorted().hasSizeGreaterThan(15);
        assertThat(pages).allSatisfy(page -> {
            assertThat(List.of(page.title(), page.why(), page.bad(), page.good())).noneMatch(String::isBlank);
            assertThat(room.get(Rules.class).find(page.id())).contains(page);
        });
        assertThat(room.get(Rules.class).find("no-such-rule")).isEmpty();
    }

    private static Verdict judge(String plan) {
        return room.get(Judgement.class).judge(room.get(PlanReader.class).read(plan, "application/yaml"), Terms.TEXT)
                .verdict();
    }
}
