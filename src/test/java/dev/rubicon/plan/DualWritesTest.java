package dev.rubicon.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rubicon.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DualWritesTest {

    private static final String YAML = "application/yaml";
    private static final String DUAL = "          dualWrite: { from: username, to: display_name }\n";
    private static final String RENAME = PlanDocuments.RENAME.replace("          where: display_name IS NULL\n",
            "          where: display_name IS NULL\n" + DUAL);

    private final PlanReader reader = new PlanReader(new PlanSchema());

    @Test
    void putsAStepBeforeTheBackfillAndOneAtTheStartOfTheContract() {
        PlanText text = reader.read(RENAME, YAML);
        assertThat(text.document().steps().map(Step::name)).containsExactly("add-display-name",
                "copy-username-dual-write", "copy-username", "copy-username-dual-write-end", "drop-username");
        Step install = step(text, "copy-username-dual-write");
        assertThat(install.generatedFor()).isEqualTo("copy-username");
        assertThat(install.rollback().text()).isEqualTo(WorkText.of(step(text, "copy-username-dual-write-end").work()))
                .contains("DROP TRIGGER zz_rubicon_users_display_name_update ON users;",
                        "DROP FUNCTION zz_rubicon_users_display_name();");
        assertThat(WorkText.of(install.work()))
                .isEqualTo(step(text, "copy-username-dual-write-end").rollback().text() + "");
        assertThat(text.document().phases().get(2).steps().getFirst().name()).endsWith("-dual-write-end");
    }

    @Test
    void pointsToTheDualWriteForWhateverIsFoundInWhatItGenerated() {
        PlanText text = reader.read(RENAME, YAML);
        Step install = step(text, "copy-username-dual-write");
        Place dual = text.place("/phases/1/steps/0/backfill/dualWrite");
        assertThat(dual).isEqualTo(new Place(28, 22));
        assertThat(install.line()).isEqualTo(28);
        assertThat(text.place(install.pointer() + "/sql", 200)).isEqualTo(dual);
        assertThat(text.place(install.pointer() + "/rollback/lossQuery", 3)).isEqualTo(dual);
    }

    @Test
    void derivesTheSameStepsWheneverAStoredDocumentIsReadAndKeepsTheDigestOfWhatWasSubmitted() {
        PlanText submitted = reader.read(RENAME, YAML);
        assertThat(reader.readStored(RENAME, YAML).document()).isEqualTo(submitted.document());
        assertThat(submitted.canonical()).doesNotContain("zz_rubicon", "-dual-write");
    }

    @Test
    void fillsInWhatTheBackfillLeavesToIt() {
        String bare = RENAME.replace("          set: { display_name: username }\n", "")
                .replace("          where: display_name IS NULL\n", "");
        assertThat(step(reader.read(bare, YAML), "copy-username").work()).isInstanceOfSatisfying(Work.Backfill.class,
                backfill -> {
                    assertThat(backfill.set()).containsExactly(java.util.Map.entry("display_name", "username"));
                    assertThat(backfill.where()).isEqualTo("display_name IS NULL AND username IS NOT NULL");
                });
        String beside = RENAME.replace("set: { display_name: username }", "set: { copied_at: now() }");
        assertThat(step(reader.read(beside, YAML), "copy-username").work()).isInstanceOfSatisfying(Work.Backfill.class,
                backfill -> assertThat(backfill.set()).containsEntry("display_name", "username")
                        .containsEntry("copied_at", "now()"));
    }

    @Test
    void staysInstalledWithoutAContractPhase() {
        String without = RENAME.substring(0, RENAME.indexOf("  - phase: contract"));
        assertThat(reader.read(without, YAML).document().steps().map(Step::name)).containsExactly("add-display-name",
                "copy-username-dual-write", "copy-username");
    }

    @Test
    void keepsNamesWithinWhatPostgresqlKeeps() {
        String odd = RENAME.replace("table: users", "table: '\"Kundenstamm der Gesellschaft\".\"Die \"\"Nutzer\"\"\"'")
                .replace("from: username, to: display_name", "from: '\"Nutzer Name\"', to: '\"Änzeige %s\"'"
                        .formatted("lang".repeat(13)))
                .replace("          set: { display_name: username }\n", "");
        PlanText text = reader.read(odd, YAML);
        DualWriteTrigger trigger = DualWriteTrigger.of((Work.Backfill) step(text, "copy-username").work())
                .orElseThrow();
        assertThat(trigger.triggers()).hasSize(2).allSatisfy(name -> {
            assertThat(name).matches("zz_rubicon_die__nutzer__[a-z0-9_]+_(insert|update)");
            assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
        });
        assertThat(WorkText.of(step(text, "copy-username-dual-write").work())).contains(
                "CREATE FUNCTION \"Kundenstamm der Gesellschaft\".zz_rubicon_", "NEW.\"Nutzer Name\"");
    }

    @Test
    void removesSeveralInTheirOrder() {
        String two = RENAME.replace("  - phase: contract", """
                      - step: copy-mail
                        backfill: { table: users, dualWrite: { from: mail, to: email } }
                        rollback: { nothing: derived data, dataLoss: none }

                  - phase: contract""".indent(2).stripTrailing());
        assertThat(reader.read(two, YAML).document().steps().map(Step::name)).containsSubsequence(
                "copy-username-dual-write", "copy-username", "copy-mail-dual-write", "copy-mail",
                "copy-username-dual-write-end", "copy-mail-dual-write-end", "drop-username");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("set: { display_name: username }", "set: { display_name: upper(username) }",
                        "/phases/1/steps/0/backfill/set/display_name",
                        "with 'dualWrite', display_name has to be set to username alone"),
                arguments("to: display_name }", "to: USERNAME }", "/phases/1/steps/0/backfill/dualWrite/to",
                        "a column is always in step with itself"),
                arguments("from: username", "from: lower(username)", "/phases/1/steps/0/backfill/dualWrite/from",
                        "'lower(username)' is not the name of a column"),
                arguments("table: users", "table: users u", "/phases/1/steps/0/backfill/table",
                        "is not the name of a table, which 'dualWrite' needs"),
                arguments("table: users", "table: users\n          from: accounts a",
                        "/phases/1/steps/0/backfill/from", "'from' cannot stand beside 'dualWrite'"),
                arguments("step: drop-username", "step: copy-username-dual-write-end",
                        "/phases/1/steps/0/backfill/dualWrite", "'copy-username-dual-write-end' in line"),
                arguments("step: copy-username", "step: copy-" + "x".repeat(70), "/phases/1/steps/0/step",
                        "has at most 65 characters"),
                arguments("nothing: derived data; the column goes with the expand rollback",
                        "forward: { backfill: { table: users, dualWrite: { from: display_name, to: username } } }",
                        "/phases/1/steps/0/rollback/forward/backfill/dualWrite",
                        "a corrective backfill keeps no columns in step"),
                arguments("  - phase: contract", """
                              - step: copy-again
                                backfill: { table: public.users, dualWrite: { from: display_name, to: nick } }
                                rollback: { nothing: derived data, dataLoss: none }

                          - phase: contract""".indent(2).stripTrailing(), "/phases/1/steps/1/backfill/dualWrite/from",
                        "column display_name is kept in step already by the 'dualWrite' in line 28"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatNoTriggerCanBeMadeFrom(String text, String instead, String pointer, String message) {
        assertThat(RENAME).contains(text);
        int at = text.startsWith("step: drop") ? RENAME.indexOf(text) : -1;
        String plan = at >= 0
                ? RENAME.substring(0, at) + instead + RENAME.substring(at + text.length())
                : RENAME.replace(text, instead);
        assertThat(violations(plan)).anySatisfy(it -> {
            assertThat(it.pointer()).isEqualTo(pointer);
            assertThat(it.message()).contains(message);
            assertThat(it.line()).isGreaterThan(20);
        });
    }

    @Test
    void takesTheColumnInWhateverWayTheSetNamesIt() {
        for (String same : List.of("users.username", "USERNAME", "'\"username\"'", " username ")) {
            assertThat(reader.read(RENAME.replace("display_name: username }\n", "display_name: " + same + " }\n"), YAML)
                    .document().steps().count()).isEqualTo(5);
        }
    }

    @SuppressWarnings("unchecked")
    private List<Violation> violations(String plan) {
        Problem problem = catchThrowableOfType(Problem.class, () -> reader.read(plan, YAML));
        assertThat(problem).isNotNull();
        return (List<Violation>) requireNonNull(requireNonNull(problem.getBody().getProperties()).get("violations"));
    }

    private static Step step(PlanText text, String name) {
        return text.document().steps().filter(step -> step.name().equals(name)).findFirst().orElseThrow();
    }
}
