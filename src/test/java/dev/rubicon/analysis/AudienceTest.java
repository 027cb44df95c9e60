package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.analysis.rules.Findings;
import dev.rubicon.analysis.rules.Judged;
import dev.rubicon.analysis.rules.Rule;
import dev.rubicon.analysis.rules.Statements;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Finding;
import dev.rubicon.registry.EngineKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Over all examples of all pages, and over every statement that other tests keep as a file. */
class AudienceTest {

    private static final List<Rule.OfStatement> RULES = Rules.of(Rule.OfStatement.class, true);

    private final Engine engine = Engines.standalone().of(EngineKind.POSTGRESQL);

    @Test
    void keepsFromARuleOnlyWhatItFindsNothingIn() {
        List<Finding> missed = new ArrayList<>();
        each(judged -> {
            Findings findings = new Findings();
            RULES.stream().filter(rule -> !Rules.audience(true).of(judged.actions()).contains(rule))
                    .forEach(rule -> rule.judge(judged, findings));
            missed.addAll(findings.all());
        });
        assertThat(missed).isEmpty();
    }

    @Test
    void showsAStatementToFewRulesAndEveryRuleSomeStatement() {
        Set<Rule.OfStatement> asked = new HashSet<>();
        List<Integer> sizes = new ArrayList<>();
        each(judged -> {
            List<Rule.OfStatement> rules = Rules.audience(true).of(judged.actions());
            asked.addAll(rules);
            sizes.add(rules.size());
        });
        assertThat(asked).containsExactlyInAnyOrderElementsOf(RULES);
        assertThat(sizes.stream().mapToInt(Integer::intValue).average().orElseThrow()).isLessThan(RULES.size() / 2.0);
    }

    private void each(Consumer<Judged> visitor) {
        Stream.concat(new Rules().all().stream().flatMap(page -> Stream.of(page.bad(), page.good())), files())
                .forEach(sql -> {
                    Statements statements = new Statements(null, -1, null, "forward", Statements.Use.WORK,
                            List.of(new Statements.Text(sql, engine.parse(sql), new Lines(sql)::place)));
                    new Walkthrough(statements, engine.examiner(Schema.open(), Terms.OLDEST), Terms.OLDEST, true, null,
                            visitor)
                            .walk();
                });
    }

    private static Stream<String> files() {
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "resources"))) {
            return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList().stream()
                    .map(AudienceTest::text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
