package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.analysis.rules.Catalogue;
import dev.rubicon.analysis.rules.Rule;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.registry.EngineKind;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of each rule tells the truth: the rule finds the bad example, and finds nothing in the good one. */
class RulePagesTest {

    private static final Pattern FILE = Pattern.compile("(no )?([\\w./]+\\.sql)");

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    static Stream<String> rules() {
        return Catalogue.ALL.stream().map(rule -> rule.page().id()).sorted();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void findsTheBadExampleOfItsPageAndNothingInTheGoodOne(String id) {
        RulePage page = new Rules().find(id).orElseThrow();
        assertThat(judge(page.bad())).as("bad example of %s", id).extracting(Finding::rule).contains(id);
        assertThat(judge(page.good())).as("good example of %s", id).extracting(Finding::rule).doesNotContain(id);
        assertThat(judge(page.bad())).filteredOn(finding -> finding.rule().equals(id))
                .allSatisfy(finding -> assertThat(finding.severity()).isLessThanOrEqualTo(page.severity()));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void showsExamplesThatAreOtherwiseInOrder(String id) {
        RulePage page = new Rules().find(id).orElseThrow();
        if (!id.equals("syntax-error")) {
            assertThat(judge(page.bad())).extracting(Finding::rule).doesNotContain("syntax-error");
        }
        assertThat(judge(page.good())).extracting(Finding::rule).doesNotContain("syntax-error");
    }

    @Test
    void listsEveryRuleThatIsWritten() throws IOException, URISyntaxException {
        Path classes = Path.of(Catalogue.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve(Catalogue.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(classes)) {
            List<String> written = files.map(each -> each.getFileName().toString())
                    .filter(name -> name.matches("\\w+\\.class")).map(name -> name.replace(".class", ""))
                    .filter(RulePagesTest::isRule).toList();
            assertThat(Catalogue.ALL).extracting(rule -> rule.getClass().getSimpleName())
                    .containsExactlyInAnyOrderElementsOf(written);
        }
        assertThat(Catalogue.ALL).extracting(rule -> rule.page().id()).doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"));
    }

    private static boolean isRule(String name) {
        try {
            Class<?> type = Class.forName(Catalogue.class.getPackageName() + "." + name, false,
                    Catalogue.class.getClassLoader());
            return Rule.class.isAssignableFrom(type) && !type.isInterface();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Finding> judge(String example) {
        Optional<String> plan = plan(example);
        Judgement judgement = room.get(Judgement.class);
        Terms terms = new Terms(Terms.OLDEST, null, true);
        return plan.isPresent()
                ? judgement.judge(room.get(PlanReader.class).read(plan.get(), "application/yaml"), terms).verdict()
                        .findings()
                : judgement.judge(files(example), EngineKind.POSTGRESQL, terms).getLast().verdict().findings();
    }

    /** What begins with a file's name is that file; others named in the same line stand beside it, unless there is none. */
    private static List<ScriptFile> files(String example) {
        String first = example.lines().findFirst().orElse("");
        List<MatchResult> names = FILE.matcher(first).results().toList();
        List<ScriptFile> files = new ArrayList<>();
        names.stream().skip(1).filter(each -> each.group(1) == null).map(each -> each.group(2))
                .forEach(name -> files.add(new ScriptFile(name, "SELECT 1",
                        name.contains("down") ? "rollback" : "forward", false)));
        files.add(new ScriptFile(names.isEmpty() ? "example" : names.getFirst().group(2), example, "forward", false));
        return files;
    }

    private static Optional<String> plan(String example) {
        String head = "plan: example-of-a-page\ntitle: Example\nengine: postgresql\nphases:\n";
        if (example.startsWith("plan:")) {
            return Optional.of(example);
        }
        if (example.startsWith("- phase:")) {
            return Optional.of(head + example.indent(2));
        }
        return example.startsWith("- step:")
                ? Optional.of(head + "  - phase: expand\n    steps:\n" + example.indent(6))
                : Optional.empty();
    }
}
