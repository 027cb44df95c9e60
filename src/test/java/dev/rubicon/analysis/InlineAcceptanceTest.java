package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanDocuments;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.registry.EngineKind;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Findings that their author accepts in a comment stay in the answer, with the reason. */
class InlineAcceptanceTest {

    private static final String BUILD = "CREATE INDEX users_email ON users (email)";

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
    void acceptsAFindingOfTheNextStatement() {
        assertThat(accepted("-- rubicon:accept index-not-concurrent 200 rows\n\n-- why not\n" + BUILD + ";\n" + BUILD))
                .containsExactly("4 200 rows");
    }

    @Test
    void acceptsAFindingOfTheStatementWhoseLineItEndsOrInWhichItStands() {
        assertThat(accepted(BUILD + "; -- rubicon:accept index-not-concurrent small\n" + BUILD + ";"))
                .containsExactly("1 small");
        assertThat(
                accepted("CREATE INDEX users_email -- rubicon:accept index-not-concurrent small\n ON users (email);"))
                .containsExactly("1 small");
    }

    @Test
    void acceptsFindingsOfAWholeFile() {
        assertThat(accepted("-- rubicon:accept-file index-not-concurrent run at night\n" + BUILD + ";\n" + BUILD + ";"))
                .containsExactly("2 run at night", "3 run at night");
    }

    @Test
    void readsCommentsAloneAndNothingThatLooksLikeOne() {
        assertThat(accepted("SELECT '\n-- rubicon:accept index-not-concurrent small\n';\n" + BUILD)).isEmpty();
        assertThat(accepted("/* \n-- rubicon:accept index-not-concurrent small\n */\n" + BUILD)).isEmpty();
        assertThat(accepted("-- rubicon:acceptable index-not-concurrent small\n" + BUILD)).isEmpty();
    }

    @Test
    void demandsAReasonAndSaysWhatMatchesNothing() {
        assertThat(rules("-- rubicon:accept index-not-concurrent\n" + BUILD)).contains("acceptance-without-reason");
        assertThat(accepted("-- rubicon:accept index-not-concurrent\n" + BUILD)).isEmpty();
        assertThat(rules("-- rubicon:accept drop-table gone\n" + BUILD)).contains("acceptance-matches-nothing");
        assertThat(rules(BUILD + ";\n-- rubicon:accept index-not-concurrent too late\n"))
                .contains("acceptance-matches-nothing");
        assertThat(rules("-- rubicon:accept index-not-concurrent small\n" + BUILD))
                .doesNotContain("acceptance-matches-nothing", "acceptance-without-reason");
    }

    @Test
    void neverAcceptsABlockingFinding() {
        List<Finding> findings = plan("-- rubicon:accept transaction-control-in-step brave\n          BEGIN;");
        assertThat(findings).filteredOn(finding -> finding.severity() == Severity.BLOCKING)
                .allSatisfy(finding -> assertThat(finding.accepted()).isNull());
        assertThat(findings).extracting(Finding::message)
                .contains("The finding of transaction-control-in-step is blocking and cannot be accepted");
    }

    @Test
    void letsAPlanBeApprovedAndStandsInTheTrail() {
        String text = step("p-open", BUILD + ";");
        assertThat(room.plans().openFindings(room.submit(text))).extracting(Finding::rule)
                .contains("index-not-concurrent");
        PlanRevision accepted = room
                .submit(step("p-accepted",
                        "-- rubicon:accept index-not-concurrent 200 rows\n          " + BUILD + ";"));
        assertThat(room.plans().openFindings(accepted)).isEmpty();
        assertThat(room.plans().openFindings(room.plans().get("p-accepted", 1))).isEmpty();
        assertThat(room.audited).contains("plan.finding-accepted p-accepted by ann")
                .doesNotContain("plan.finding-accepted p-open by ann");
        assertThat(accepted.digest()).isNotEqualTo(room.plans().get("p-open", 1).digest());
    }

    private static String step(String name, String sql) {
        return PlanDocuments.oneStep(name, "GONE").replace("sql: GONE", "sql: |\n          " + sql);
    }

    private static List<Finding> plan(String sql) {
        return room.get(Judgement.class)
                .judge(room.get(PlanReader.class).read(step("p", sql), "application/yaml"), Terms.TEXT).verdict()
                .findings();
    }

    private static List<Finding> judge(String sql) {
        return room.get(Judgement.class).judge(List.of(new ScriptFile("a.sql", sql, "forward", false)),
                EngineKind.POSTGRESQL, Terms.TEXT).getFirst().verdict().findings();
    }

    private static List<String> rules(String sql) {
        return judge(sql).stream().map(Finding::rule).toList();
    }

    private static List<String> accepted(String sql) {
        return judge(sql).stream().filter(finding -> finding.accepted() != null)
                .map(finding -> finding.line() + " " + finding.accepted()).toList();
    }
}
