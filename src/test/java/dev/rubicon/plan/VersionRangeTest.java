package dev.rubicon.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.plan.VersionRange.Match;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionRangeTest {

    /** The order that semver.org gives as its example, and some more. */
    private static final List<String> ASCENDING = List.of("0.9.0", "1.0.0-1", "1.0.0-alpha", "1.0.0-alpha.1",
            "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.9.0",
            "1.10.0", "2.0.0-0", "2.0.0", "10.0.0");

    @ParameterizedTest
    @CsvSource(textBlock = """
            >=2.10.0        ; 2.10.0       ; IN
            >=2.10.0        ; 2.9.0        ; OUT
            >=2.10.0        ; 2.10.0-rc.1  ; OUT
            <2.10.0         ; 2.10.0-rc.1  ; IN
            <3.0.0          ; 3.0.0-0      ; IN
            >2.4.0          ; 2.4.0+build7 ; OUT
            =2.4.0          ; 2.4.0+build7 ; IN
            2.4.0           ; 2.4.0        ; IN
            2.4.0           ; 2.4.1        ; OUT
            >= 2.4.0 < 3    ; 2.99.0       ; IN
            >=2.4.0 <3      ; 3.0.0        ; OUT
            >=2.4 <3        ; 2.3.9        ; OUT
            >=2.4.0<3.0.0   ; 2.5.0        ; IN
            <1.0.0 || >=2.0.0 ; 1.5.0      ; OUT
            <1.0.0 || >=2.0.0 ; 2.0.0      ; IN
            <1.0.0||>=2.0.0 ; 0.9.0        ; IN
            >2.0.0 <1.0.0   ; 1.5.0        ; OUT
            =build-77       ; build-77     ; IN
            =build-77       ; build-78     ; OUT
            =build-77       ; 2.4.0        ; OUT
            build-77        ; build-77     ; IN
            =2.4.0          ; v2.4.0       ; OUT
            =v2.4.0         ; v2.4.0       ; IN
            >=2.4.0         ; build-77     ; INCOMPARABLE
            >=2.4.0         ; v2.4.0       ; INCOMPARABLE
            >=2.4.0         ; 2.4          ; INCOMPARABLE
            >=2.4.0         ; 2026.01.15   ; INCOMPARABLE
            >=2.4.0         ; 2.4.0-rc.99999999999999999999 ; INCOMPARABLE
            >=2.4.0 || =build-77 ; build-77 ; IN
            >=2.4.0 || =build-77 ; build-78 ; INCOMPARABLE
            >=2.4.0 =build-77 ; build-78   ; OUT
            """, delimiter = ';')
    void tellsWhereAVersionLies(String range, String version, Match match) {
        assertThat(VersionRange.parse(range).match(version)).isEqualTo(match);
    }

    @Test
    void ordersAllVersionsByPrecedenceWhicheverOperatorAsks() {
        for (int i = 0; i < ASCENDING.size(); i++) {
            for (int j = 0; j < ASCENDING.size(); j++) {
                String limit = ASCENDING.get(j);
                assertThat(in("<" + limit, i)).isEqualTo(i < j);
                assertThat(in("<=" + limit, i)).isEqualTo(i <= j);
                assertThat(in(">" + limit, i)).isEqualTo(i > j);
                assertThat(in(">=" + limit, i)).isEqualTo(i >= j);
                assertThat(in("=" + limit, i)).isEqualTo(i == j);
            }
        }
    }

    @Test
    void joinsBoundsAsAndAndAlternativesAsOr() {
        Random random = new Random(20260115);
        List<String> operators = List.of("<", "<=", ">", ">=", "=");
        for (int round = 0; round < 2000; round++) {
            String one = operators.get(random.nextInt(5)) + ASCENDING.get(random.nextInt(ASCENDING.size()));
            String other = operators.get(random.nextInt(5)) + ASCENDING.get(random.nextInt(ASCENDING.size()));
            int version = random.nextInt(ASCENDING.size());
            assertThat(in(one + " " + other, version)).isEqualTo(in(one, version) && in(other, version));
            assertThat(in(one + " || " + other, version)).isEqualTo(in(one, version) || in(other, version));
        }
    }

    private static boolean in(String range, int version) {
        return VersionRange.parse(range).match(ASCENDING.get(version)) == Match.IN;
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            ''              ; empty
            '   '           ; empty
            >=              ; missing behind '>='
            ^2.4.0          ; no operator '^'
            ~2.4.0          ; no operator '~'
            !=2.4.0         ; < <= > >= =
            =>2.4.0         ; < <= > >= =
            >=2.4.0 ||      ; one side of ||
            || >=2.4.0      ; one side of ||
            2.x             ; wildcard
            *               ; wildcard
            >=1.0.0,<2.0.0  ; comma
            1.0.0 - 2.0.0   ; hyphen
            >=build-77      ; needs a SemVer version
            >=v2.4.0        ; needs a SemVer version
            >2              ; write all three numbers, like >2.0.0
            <=2.4           ; write all three numbers, like <=2.4.0
            =a|b            ; is not a version
            """, delimiter = ';')
    void saysWhatToWriteInstead(String range, String message) {
        assertThatThrownBy(() -> VersionRange.parse(range)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void survivesAnyText() {
        Random random = new Random(7);
        String letters = "<>=|~^ .,-+*x019azv\"\t";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(12), 0, letters.length()).forEach(at -> text.append(letters.charAt(at)));
            try {
                VersionRange.parse(text.toString()).match("1.0.0");
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("of %s", text).isNotBlank();
            }
        }
        assertThatThrownBy(() -> VersionRange.parse(">=1.0.0 ".repeat(100))).hasMessageContaining("at most 500");
    }
}
