package dev.rubicon.analysis.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.Terms;
import dev.rubicon.engine.Engines;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;
import dev.rubicon.problem.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What recipes write, before the rules of judgement; how it runs is the engine's test. */
class RecipesTest {

    private final Recipes recipes = new Recipes(Engines.standalone());

    static List<Answered> answered() {
        return Answered.all();
    }

    private static Verdict judge(String plan) {
        return new Judgement(Engines.standalone()).judge(PlanReader.standalone().read(plan, "application/yaml"),
                Terms.TEXT).verdict();
    }

    @ParameterizedTest
    @MethodSource("answered")
    void writesWhatTheRulesHaveNothingAgainst(Answered answered) {
        String plan = recipes.write(answered.recipe(), answered.answers());

        assertThat(judge(plan).findings()).as(plan)
                .filteredOn(finding -> finding.severity().compareTo(Severity.INFO) > 0).isEmpty();
        assertThat(plan).doesNotContain("accept:");
    }

    @Test
    void coversEachRecipeWithSeveralAnswers() {
        assertThat(answered()).extracting(Answered::recipe).containsAll(recipes.all().stream()
                .map(Recipes.Card::recipe).toList());
        recipes.all().forEach(card -> assertThat(answered()).filteredOn(each -> each.recipe().equals(card.recipe()))
                .as(card.recipe()).hasSizeGreaterThan(1));
    }

    @Test
    void writesAPlanOutOfItsOwnExamples() {
        recipes.all().forEach(card -> {
            Map<String, String> answers = new HashMap<>();
            card.fields().forEach(field -> answers.put(field.name(), field.example()));
            assertThat(judge(recipes.write(card.recipe(), answers)).findings()).as(card.recipe())
                    .filteredOn(finding -> finding.severity().compareTo(Severity.INFO) > 0).isEmpty();
        });
    }

    @Test
    void putsTheRiverWhereSomethingGoes() {
        answered().forEach(each -> {
            Verdict verdict = judge(recipes.write(each.recipe(), each.answers()));
            boolean takesAway = List.of("rename-column", "change-type", "drop-column", "drop-table", "split-column")
                    .contains(each.recipe());
            assertThat(verdict.pointOfNoReturn() != null).as(each.toString()).isEqualTo(takesAway);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            table     | users; DROP TABLE users          | is the name of a table
            table     | a.b.c                            | is the name of a table
            table     |                                  | Table is needed, like users
            column    | user name                        | is one name
            column    | app.users                        | is one name
            newColumn | "a_column_with_a_name_that_is_too_long_for_postgresql_1234567890123" | at most 63 bytes
            newColumn | username                         | another than the column has
            type      | text); DROP TABLE users; --      | is a type
            type      | text, b int                      | is a type
            type      | text NOT NULL                    | is a type
            version   | >= 2.5.0                         | is one version
            notNull   | yes                              | is true or false
            tabel     | users                            | is not asked for
            """)
    void refusesAnAnswerAtItsField(String field, String value, String message) {
        Map<String, String> answers = new HashMap<>(answered().getFirst().answers());
        answers.put(field, value == null ? "" : value);

        assertThatThrownBy(() -> recipes.write("rename-column", answers)).isInstanceOfSatisfying(Problem.class,
                problem -> assertThat(String.valueOf(problem.getBody().getProperties()))
                        .contains("pointer=/" + field).contains(message));
    }

    @Test
    void tellsAllThatIsWrongAtOnce() {
        assertThatThrownBy(() -> recipes.write("split-column", Map.of("table", "a b", "parts", "x text")))
                .isInstanceOfSatisfying(Problem.class, problem -> assertThat(
                        (List<?>) java.util.Objects.requireNonNull(problem.getBody().getProperties()).get("violations"))
                        .hasSize(6));
    }

    @Test
    void looksAtNoEndlessAnswer() {
        Map<String, String> answers = new HashMap<>(Map.of("table", "users", "column", "name", "application", "shop",
                "version", "2.5.0"));
        answers.put("parts", "\"" + "\"\"".repeat(1_900) + " text = lower(name)");
        assertThatThrownBy(() -> recipes.write("split-column", answers)).isInstanceOf(Problem.class);
        answers.put("parts", "first text = '" + "x".repeat(4_000) + "'");
        assertThatThrownBy(() -> recipes.write("split-column", answers)).isInstanceOfSatisfying(Problem.class,
                problem -> assertThat(String.valueOf(problem.getBody().getProperties()))
                        .contains("pointer=/parts").contains("has at most 4,000 characters"));
    }

    @Test
    void foldsTheLettersThatPostgresFolds() {
        assertThat(Names.name("NAÏVE_Été")).contains("naÏve_Été");
        assertThat(Names.names("Tenant_ID , \"E\"\"Mail\"")).contains(List.of("tenant_id", "E\"Mail"));
        assertThat(Names.name("\"" + "\"\"".repeat(50_000) + "\"")).isPresent();
    }
}
