package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.engine.Script;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What no text may do to the grammar. */
class GrammarTest {

    private static final Grammar GRAMMAR = new Grammar();
    private static final Scripts SCRIPTS = new Scripts(GRAMMAR);

    @Test
    void refusesANulCharacterThatWouldCutTheText() {
        Script script = SCRIPTS.read("SELECT 1; \0 DROP TABLE t");

        assertThat(script.statements()).isEmpty();
        assertThat(script.error()).isNotNull().satisfies(error -> assertThat(error.offset()).isEqualTo(10));
    }

    @Test
    void answersManyThreadsAtOnce() {
        var answers = IntStream.range(0, 200).mapToObj(i -> CompletableFuture
                .supplyAsync(() -> SCRIPTS.read(i % 3 == 0 ? "SELEC " + i : "SELECT " + i + "; DROP TABLE t" + i)))
                .toList();

        for (int i = 0; i < answers.size(); i++) {
            Script script = answers.get(i).join();
            if (i % 3 == 0) {
                assertThat(script.error()).isNotNull();
            } else {
                assertThat(script.statements()).extracting(Script.Statement::sql)
                        .containsExactly("SELECT " + i, "DROP TABLE t" + i);
            }
        }
    }

    @Test
    void givesUpWhenTheTimeIsOverAndAnswersTheNext() {
        Scripts hurried = new Scripts(new Grammar(Duration.ofMillis(1)));

        Script script = hurried.read("SELECT 1" + ", 1".repeat(1_000_000));

        assertThat(script.error()).isNotNull()
                .satisfies(error -> assertThat(error.message()).contains("could not be parsed within"));
        assertThat(SCRIPTS.read("SELECT 1").statements()).hasSize(1);
    }

    @Test
    void throwsAnInstanceAwayAfterAnythingButASyntaxError() {
        Grammar grammar = new Grammar();
        Set<PgQuery> broken = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            assertThatThrownBy(() -> grammar.ask(pg -> {
                broken.add(pg);
                throw new IllegalStateException("its stack is in no defined state");
            })).isInstanceOf(Grammar.Overtaxed.class);
        }

        PgQuery next = grammar.ask(pg -> pg);
        assertThat(broken).hasSize(8).doesNotContain(next);
    }

    @Test
    void keepsAnInstanceAfterASyntaxError() {
        Set<PgQuery> used = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> GRAMMAR.ask(pg -> {
                used.add(pg);
                pg.parse("SELEC 1");
                return pg;
            })).isInstanceOf(PgQuery.SyntaxException.class);
        }

        assertThat(used).hasSizeLessThanOrEqualTo(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4));
    }

    @Test
    void dropsAnInstanceThatATextMadeTooLarge() {
        Grammar grammar = new Grammar();
        String huge = "INSERT INTO t VALUES (1, 'one')" + ", (1, 'one')".repeat(60_000);
        PgQuery grown = grammar.ask(pg -> {
            pg.parse(huge);
            return pg;
        });

        assertThat(grown.memoryInBytes()).isGreaterThan(64L << 20);
        assertThat(IntStream.range(0, 8).mapToObj(i -> grammar.ask(pg -> pg))).doesNotContain(grown)
                .allSatisfy(pg -> assertThat(pg.memoryInBytes()).isLessThan(64L << 20));
    }

    @Test
    void survivesATextBeyondTheGrammar() {
        Script deep = SCRIPTS.read("SELECT " + "(".repeat(50_000) + "1" + ")".repeat(50_000));

        assertThat(deep.error()).isNotNull()
                .satisfies(error -> assertThat(error.message()).startsWith("memory exhausted"));
        assertThat(SCRIPTS.read("SELECT 1").error()).isNull();
    }

    @Test
    void refusesOnlyTheStatementThatIsNestedTooDeep() {
        Script script = SCRIPTS.read("SELECT 1;\n-- long\nSELECT 1" + " + 1".repeat(5_000) + "; SELECT 2");

        assertThat(script.statements()).extracting(Script.Statement::sql).containsExactly("SELECT 1", "SELECT 2");
        assertThat(script.errors()).singleElement().satisfies(error -> {
            assertThat(error.message()).isEqualTo("the statement is nested more than 3000 levels deep");
            assertThat(error.line()).isEqualTo(3);
        });
    }

    @Test
    void parsesDeepButReasonableTexts() {
        assertThat(SCRIPTS.read("SELECT 1" + " + 1".repeat(1_000)).statements()).hasSize(1);
    }

    @Test
    void refusesDeepSubqueriesWithAClearMessage() {
        Script script = SCRIPTS.read("SELECT (".repeat(1_500) + "1" + ")".repeat(1_500));

        assertThat(script.errors()).extracting(Script.SyntaxError::message)
                .containsAnyElementsOf(List.of("The text is too deeply nested for the grammar",
                        "the statement is nested more than 3000 levels deep"));
    }
}
