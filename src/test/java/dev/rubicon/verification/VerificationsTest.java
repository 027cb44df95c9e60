package dev.rubicon.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Answer;
import dev.rubicon.engine.Catalog;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.RowCount;
import dev.rubicon.engine.SetAside;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.Verification;
import dev.rubicon.verification.Verifications.Result;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerificationsTest {

    private final Verifications verifications = new Verifications(Duration.ofSeconds(30));

    /** Answers from a table; a query that is not in it is refused. */
    private record Answers(Map<String, List<List<@Nullable String>>> rows) implements TargetReader {
        @Override
        public List<List<@Nullable String>> query(String sql, Duration timeout) {
            assertThat(timeout).isEqualTo(Duration.ofSeconds(30));
            List<List<@Nullable String>> answer = rows.get(sql);
            if (answer == null) {
                throw new QueryFailed("ERROR: relation \"x\" does not exist", null);
            }
            return answer;
        }

        @Override
        public List<LedgerRow> ledger(String plan) {
            return List.of();
        }

        @Override
        public List<SetAside> aside(String plan, String step, Direction direction, long after, int limit) {
            return List.of();
        }

        @Override
        public Catalog catalog() {
            return new Catalog(Schema.complete(), 18, "shop");
        }

        @Override
        public SchemaSnapshot snapshot() {
            return new SchemaSnapshot(18, List.of(), List.of());
        }

        @Override
        public void close() {}
    }

    private static TargetReader answering(@Nullable String value) {
        return new Answers(Map.of("q", List.of(Arrays.asList(value))));
    }

    private Result query(@Nullable String seen, Verification.Expected expected) {
        return verifications.ask(answering(seen), new Verification.Query("it holds", "q", expected), 0);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "NULL", textBlock = """
            0,    0,    true
            0,    0.00, true
            1e3,  1000, true
            0,    1,    false
            abc,  abc,  true
            abc,  ABC,  false
            true, t,    true
            true, f,    false
            NULL, NULL, true
            NULL, 0,    false
            0,    NULL, false
            """)
    void comparesWithTheExpectedValue(@Nullable String expected, @Nullable String seen, boolean holds) {
        assertThat(query(seen, new Verification.Value(expected)).holds()).isEqualTo(holds);
    }

    @Test
    void tellsExpectedAndSeenValue() {
        assertThat(query("3", new Verification.Value("0")))
                .isEqualTo(new Result("it holds", false, "Expected 0, saw 3"));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "NULL", textBlock = """
            1, 3, 1,    true
            1, 3, 3.0,  true
            1, 3, 0.9,  false
            1, 3, 3.1,  false
            NULL, 3, -9, true
            1, NULL, 99, true
            1, 3, x,    false
            1, 3, NULL, false
            """)
    void comparesWithBounds(@Nullable BigDecimal min, @Nullable BigDecimal max, @Nullable String seen, boolean holds) {
        assertThat(query(seen, new Verification.Between(min, max)).holds()).isEqualTo(holds);
    }

    @Test
    void demandsOneValue() {
        var two = new Answers(Map.of("q", List.of(List.of("0"), List.of("0"))));

        assertThat(verifications.ask(two, new Verification.Query("n", "q", new Verification.Value("0")), 0).holds())
                .isFalse();
        assertThat(verifications.ask(new Answers(Map.of("q", List.of())),
                new Verification.Query("n", "q", new Verification.Value(null)), 0).holds()).isFalse();
    }

    @Test
    void comparesTwoQueries() {
        var answers = new Answers(Map.of("a", List.of(List.of("1"), List.of("2")), "b",
                List.of(List.of("1"), List.of("2")), "c", List.of(List.of("1")), "d",
                List.of(List.of("1"), List.of("3"))));

        assertThat(verifications.ask(answers, new Verification.Same("n", "a", "b"), 0).holds()).isTrue();
        assertThat(verifications.ask(answers, new Verification.Same("n", "a", "c"), 0).holds()).isFalse();
        assertThat(verifications.ask(answers, new Verification.Same("n", "a", "d"), 0)).satisfies(result -> {
            assertThat(result.holds()).isFalse();
            assertThat(result.seen()).contains("row 2").contains("[3]");
        });
    }

    @Test
    void demandsThatTheStepNeitherAddsNorTakesRows() {
        var unchanged = new Verification.RowCountUnchanged("n");

        assertThat(verifications.ask(answering("0"), unchanged, 0).holds()).isTrue();
        assertThat(verifications.ask(answering("0"), unchanged, -2).holds()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 100, 100, 0, 0, HOLDS, nobody inserted or deleted", "0, 100, 103, 5, 2, HOLDS, explains",
            "0, 100, 104, 5, 2, INCONCLUSIVE, difference of 1 unexplained", "0, 100, 100,,, HOLDS, 100 rows before",
            "0, 100, 101,,, INCONCLUSIVE, not known", "0, 100, 101, 0, 0, INCONCLUSIVE, a little behind",
            "-1, 100, 100, 0, 0, DOES_NOT_HOLD, difference of -1", "0,,, 3, 3, HOLDS, difference of 0"})
    void comparesTheNumberOfRowsWithWhatOthersDidToIt(long own, @Nullable Long before, @Nullable Long after,
            @Nullable Long inserted, @Nullable Long deleted, Answer answer, String seen) {
        assertThat(verifications.ask(answering("0"), new Verification.RowCountUnchanged("n"),
                new RowCount(own, before, after, inserted, deleted))).satisfies(result -> {
                    assertThat(result.answer()).isEqualTo(answer);
                    assertThat(result.seen()).contains(seen);
                });
    }

    @Test
    void doesNotHoldWhenTheQueryFails() {
        assertThat(verifications.ask(answering("0"),
                new Verification.Query("n", "other", new Verification.Value("0")), 0)).satisfies(result -> {
                    assertThat(result.holds()).isFalse();
                    assertThat(result.seen()).contains("relation \"x\" does not exist");
                });
    }
}
