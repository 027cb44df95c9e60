package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    /** The same table as in {@code frontend/src/relative.test.ts}: both must say the same words. */
    @ParameterizedTest
    @CsvSource({"10, just now", "-10, in a moment", "60, 1 min ago", "-300, in 5 min", "10800, 3 h ago",
            "126000, 35 h ago", "129600, 2 d ago", "-259200, in 3 d", "1728000, 1 Nov 2026"})
    void saysATimeRelativeToNow(long secondsAgo, String words) {
        assertThat(Moment.of(NOW.minusSeconds(secondsAgo), NOW).words()).isEqualTo(words);
    }

    @Test
    void keepsTheExactTimeForTheHover() {
        assertThat(Moment.of(NOW, NOW).exact()).isEqualTo("21 Nov 2026, 12:00:00 UTC");
    }

    @ParameterizedTest
    @CsvSource({"14, 14 ms", "400, 0.4 s", "59400, 59 s", "362000, 6 min 02 s", "7500000, 2 h 05 min",
            "273600000, 3 d 4 h"})
    void saysHowLongSomethingTook(long millis, String words) {
        assertThat(Amounts.duration(Duration.ofMillis(millis))).isEqualTo(words);
    }

    @Test
    void callsNothingDoneThatIsNot() {
        assertThat(Amounts.percent(0.9999)).isEqualTo(99);
        assertThat(Amounts.percent(1)).isEqualTo(100);
    }

    @Test
    void givesTheRestAsARangeAndNothingWhenNothingMoves() {
        assertThat(Amounts.left(1_000_000, 1000)).isEqualTo("14 to 24 min");
        assertThat(Amounts.left(1_000_000, 0)).isEmpty();
    }

    @Test
    void saysTheFactsOfAnEntryInWords() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("pid", 4711);
        facts.put("backendStart", NOW);
        facts.put("query", "SELECT\n  1");
        facts.put("targets", List.of("a", "b"));
        facts.put("force", false);
        facts.put("policy", Map.of("holderActions", true));
        assertThat(Facts.words(facts)).isEqualTo("pid: 4711; backend start: 2026-11-21T12:00:00Z; query: SELECT 1; "
                + "targets: a, b; force: no; policy: (holder actions yes)");
    }

    @Test
    void shortensADigestToItsEnds() {
        assertThat(Amounts.shortDigest("sha256:9f2c64b18d3c41ab")).isEqualTo("9f2c…41ab");
    }

    @Test
    void colorsSqlAndLosesNoCharacter() {
        String sql = "DROP TABLE \"from\" -- why 'not'\n WHERE a = 'it''s' AND b > 1.5 AND $q$select$q$ <> drop_me;";
        List<SqlToken> tokens = SqlToken.of(sql);
        assertThat(String.join("", tokens.stream().map(SqlToken::text).toList())).isEqualTo(sql);
        assertThat(tokens).contains(new SqlToken("d", "DROP"), new SqlToken("k", "TABLE"),
                new SqlToken("c", "-- why 'not'"), new SqlToken("s", "'it''s'"), new SqlToken("n", "1.5"),
                new SqlToken("s", "$q$select$q$"));
        assertThat(tokens).noneMatch(token -> !token.kind().isEmpty() && token.text().contains("drop_me"));
        assertThat(tokens).noneMatch(token -> !token.kind().isEmpty() && token.text().contains("from"));
    }
}
