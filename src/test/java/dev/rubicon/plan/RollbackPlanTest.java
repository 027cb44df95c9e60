package dev.rubicon.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.RollbackPlan.Scenario;
import dev.rubicon.plan.RollbackPlan.Side;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RollbackPlanTest {

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
    void hasARowForEveryStepOnItsSideOfTheRiver() {
        RollbackPlan plan = plan(PlanDocuments.RENAME);
        assertThat(plan.rows()).extracting(RollbackPlan.Row::step).containsExactly("add-display-name", "copy-username",
                "drop-username");
        assertThat(plan.rows()).extracting(RollbackPlan.Row::side).containsExactly(Side.BEFORE, Side.BEFORE,
                Side.RIVER);
        assertThat(plan.rows().getFirst().migration()).isEqualTo("20260304050607_add_display_name");
        assertThat(plan.rows().get(1).forward())
                .isEqualTo("UPDATE users\n   SET display_name = username\n WHERE display_name IS NULL;");
        assertThat(requireNonNull(plan.pointOfNoReturn()).step()).isEqualTo("drop-username");
    }

    @Test
    void fillsEveryScenarioWithThisPlansOwnStepsNewestFirst() {
        RollbackPlan plan = plan(PlanDocuments.RENAME);
        assertThat(plan.scenarios()).extracting(Scenario::id).containsExactly("failed-part-way", "application-broken",
                "data-wrong", "past-the-point-of-no-return");
        assertThat(plan.scenarios().get(0).actions()).extracting(RollbackPlan.Action::step)
                .containsExactly("copy-username", "add-display-name");
        assertThat(plan.scenarios().get(0).actions().getLast().sql())
                .isEqualTo("ALTER TABLE users DROP COLUMN display_name;");
        assertThat(plan.scenarios().get(1).actions().getFirst().text()).contains("accounts-web", ">=2.5.0");
        assertThat(plan.scenarios().get(2).actions()).singleElement().satisfies(action -> assertThat(action.sql())
                .isEqualTo("SELECT count(*) FROM users WHERE display_name IS DISTINCT FROM (username);"));
        assertThat(plan.scenarios().get(3).actions()).extracting(RollbackPlan.Action::text)
                .anyMatch(text -> text.startsWith("Username is gone.")).anyMatch(text -> text.contains("24h"));
    }

    @Test
    void correctsWrongDataByTheRecordWhereTheBackfillKeepsOne() {
        RollbackPlan plan = plan(PlanDocuments.RENAME.replace("where: display_name IS NULL",
                "where: display_name IS NULL\n          record: 30d"));
        assertThat(plan.scenarios().get(2).actions()).singleElement().satisfies(action -> {
            assertThat(action.text()).contains("from rubicon.was_rename_username__copy_username r",
                    "display_name IS NOT DISTINCT FROM r.new_display_name");
            assertThat(action.sql()).isEqualTo("SELECT count(*) FROM rubicon.was_rename_username__copy_username;");
        });
    }

    @Test
    void tellsOfGeneratedStepsWhatTheyAreForAndHowToUndoThem() {
        RollbackPlan plan = plan(PlanDocuments.RENAME.replace("where: display_name IS NULL",
                "where: display_name IS NULL\n          dualWrite: { from: username, to: display_name }"));
        assertThat(plan.rows()).filteredOn(row -> "copy-username".equals(row.generatedFor()))
                .extracting(RollbackPlan.Row::step, RollbackPlan.Row::side).containsExactly(
                        org.assertj.core.groups.Tuple.tuple("copy-username-dual-write", Side.BEFORE),
                        org.assertj.core.groups.Tuple.tuple("copy-username-dual-write-end", Side.BEFORE));
        assertThat(RollbackMarkdown.of(plan)).contains(
                "`copy-username-dual-write`, generated for dualWrite of `copy-username`",
                "DROP TRIGGER zz_rubicon_users_display_name_update ON users;",
                "SELECT count(*) FROM users WHERE username IS DISTINCT FROM display_name");
    }

    @Test
    void drawsTheLineOfThePointOfNoReturnBetweenTwoRows() {
        List<String> lines = RollbackMarkdown.of(plan(PlanDocuments.RENAME)).lines().toList();
        int line = lines.indexOf(
                "| | **Point of no return** | from here on there is no rollback | only the backup | | | |");
        assertThat(lines.get(line - 1)).startsWith("| 2 migrate: Copy the names | `copy-username` |");
        assertThat(lines.get(line + 1)).startsWith("| 3 contract | `drop-username` |");
        assertThat(lines)
                .contains("| 1 expand | `add-display-name` | `ALTER TABLE users ADD COLUMN display_name text;` "
                        + "| `ALTER TABLE users DROP COLUMN display_name;` | | none | until the backfill runs |");
    }

    @Test
    void tellsHowLongTheWayBackTookWhenItWasRehearsed() {
        RollbackPlan unmeasured = plan(PlanDocuments.RENAME);
        assertThat(RollbackMarkdown.of(unmeasured)).contains("no rehearsal of this revision has passed");
        RollbackPlan measured = new RollbackPlan(unmeasured.plan(), unmeasured.title(), unmeasured.revision(),
                unmeasured.digest(), unmeasured.engine(), unmeasured.submittedBy(), unmeasured.submittedAt(),
                unmeasured.rows(), unmeasured.pointOfNoReturn(),
                new RollbackPlan.Measured(7, "synthetic rows", Instant.parse("2027-01-01T00:00:00Z"), 2345,
                        List.of(new RollbackPlan.MeasuredPhase(0, 2345)),
                        List.of(new RollbackPlan.MeasuredStep("add-display-name", 45))),
                unmeasured.scenarios(), unmeasured.reviewers());
        assertThat(RollbackMarkdown.of(measured))
                .contains("the whole way back took 2.3 s in rehearsal #7 (synthetic rows), which ended "
                        + "2027-01-01T00:00:00Z; phase 1 2.3 s.",
                        "| `ALTER TABLE users DROP COLUMN display_name;` | 45 ms | none |");
        assertThat(RollbackHtml.page(measured)).contains("<td>45 ms</td>", "took 2.3 s in rehearsal #7");
    }

    @Test
    void saysSoWhereEveryStepHasAWayBack() {
        RollbackPlan plan = plan(PlanDocuments.oneStep("safe", "SELECT 1"));
        assertThat(plan.pointOfNoReturn()).isNull();
        assertThat(RollbackMarkdown.of(plan)).contains("**No point of no return:**").doesNotContain("only the backup");
        assertThat(plan.scenarios().get(2).actions()).isEmpty();
        assertThat(plan.scenarios().get(3).actions()).isEmpty();
    }

    @Test
    void givesLongOrCommentedStatementsInFullAndUnchanged() {
        String plan = PlanDocuments.oneStep("long", "GONE").replace("sql: GONE",
                "sql: |\n          ALTER TABLE a -- `the` | table\n            ADD COLUMN b text;").replace(
                        "{ nothing: it stays, dataLoss: none }",
                        "{ sql: ALTER TABLE a DROP b, dataLoss: new-writes, lossQuery: SELECT count(b) FROM a }");
        String markdown = RollbackMarkdown.of(plan(plan));
        assertThat(markdown).contains("| `only` | in full below |",
                "```sql\nALTER TABLE a -- `the` | table\n  ADD COLUMN b text;\n```", "SELECT count(b) FROM a");
    }

    @Test
    void escapesWhatAuthorsWroteInMarkdownAndHtml() {
        String plan = PlanDocuments.oneStep("evil", "SELECT '<script>alert(1)</script>' || '|' AS \"x`y\"")
                .replace("title: One step", "title: '<script>alert(2)</script> [x](javascript:alert(3)) a|b'")
                .replace("it stays", "'<img src=x onerror=alert(4)> **bold** | cell'");
        RollbackPlan document = plan(plan);
        assertThat(RollbackMarkdown.of(document)).contains("\\*\\*bold\\*\\* \\| cell");
        String html = RollbackHtml.page(document);
        assertThat(html).startsWith("<!doctype html>").contains("<table>", "&lt;script&gt;alert(1)", "**bold** | cell")
                .doesNotContain("<script", "<img", "<strong>bold", "href=\"javascript");
        assertThat(html.split("<tr").length).isEqualTo(2 + 1 + 5);
    }

    @Test
    void marksTheRowOfTheRiverInHtml() {
        assertThat(RollbackHtml.fragment(plan(PlanDocuments.RENAME))).startsWith("<article class=\"rollback-plan\">")
                .containsOnlyOnce("<tr class=\"river\">");
    }

    @Test
    void namesItsReviewersAndThoseWhoApprovedAbove() {
        room.submit(PlanDocuments.RENAME.replace("rename-username", "reviewed"));
        room.get(Reviews.class).comment(PlanRoom.APPROVER, "reviewed", 1,
                new Reviews.Remark("fine", null, null, null, false));
        RollbackPlan plan = room.get(RollbackPlans.class).of(room.plans().get("reviewed", 1),
                List.of(new RollbackPlan.Reviewer("eve", "approved phase 1", Instant.parse("2027-01-01T00:00:00Z"))));
        assertThat(plan.reviewers()).extracting(each -> each.name() + " " + each.did()).containsExactly("bob commented",
                "eve approved phase 1");
        assertThat(RollbackMarkdown.of(plan)).contains("- bob commented", "- eve approved phase 1");
    }

    private static RollbackPlan plan(String source) {
        return room.get(RollbackPlans.class).of(room.submit(source), List.of());
    }
}
