package dev.rubicon.analysis.sarif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.analysis.Rules;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Severity;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What code hosts demand of a log before they take it. */
class SarifTest {

    private static final Finding FOUND = new Finding("ab12", "syntax-error", Severity.BLOCKING, null, "forward", 3, 7,
            "syntax error at or near \"TABEL\"", "It would fail.", "DROP TABLE a");

    @Test
    void isALogOfOneRunInVersionTwoPointOne() {
        JsonNode log = log(result("db/V1.sql", Severity.ERROR, null));
        assertThat(log.path("version").asString()).isEqualTo("2.1.0");
        assertThat(log.path("$schema").asString()).endsWith("sarif-2.1.0.json");
        assertThat(log.path("runs").size()).isEqualTo(1);
        assertThat(log.at("/runs/0/columnKind").asString()).isEqualTo("utf16CodeUnits");
        assertThat(log.at("/runs/0/tool/driver/name").asString()).isEqualTo("Rubicon");
        assertThat(log.at("/runs/0/tool/driver/version").asString()).isEqualTo("1.2");
    }

    @Test
    void describesEachRuleOnce() {
        Set<String> ids = new HashSet<>();
        for (JsonNode rule : log().at("/runs/0/tool/driver/rules")) {
            assertThat(ids.add(rule.path("id").asString())).isTrue();
            assertThat(rule.at("/shortDescription/text").asString()).isNotBlank().hasSizeLessThan(1024);
            assertThat(rule.at("/fullDescription/text").asString()).isNotBlank().hasSizeLessThan(1024);
            assertThat(rule.at("/help/text").asString()).isNotBlank();
            assertThat(rule.at("/help/markdown").asString()).contains("/docs/rules/" + rule.path("id").asString());
            assertThat(rule.at("/defaultConfiguration/level").asString()).isIn("error", "warning", "note");
            assertThat(rule.at("/properties/problem.severity").asString()).isIn("error", "warning", "recommendation");
        }
        assertThat(ids).contains("syntax-error");
    }

    @Test
    void pointsEachResultToItsRuleAndPlace() {
        JsonNode log = log(result("db/V1.sql", Severity.ERROR, null));
        JsonNode result = log.at("/runs/0/results/0");
        int rule = result.path("ruleIndex").asInt(-1);
        assertThat(log.at("/runs/0/tool/driver/rules/" + rule + "/id").asString()).isEqualTo("syntax-error");
        assertThat(result.path("ruleId").asString()).isEqualTo("syntax-error");
        assertThat(result.at("/message/text").asString()).contains("TABEL", "It would fail.", "DROP TABLE a",
                "/docs/rules/syntax-error");
        JsonNode place = result.at("/locations/0/physicalLocation");
        assertThat(place.at("/artifactLocation/uri").asString()).isEqualTo("db/V1.sql");
        assertThat(place.at("/region/startLine").asInt()).isEqualTo(3);
        assertThat(place.at("/region/startColumn").asInt()).isEqualTo(7);
        assertThat(result.at("/partialFingerprints/rubiconFinding~1v1").asString()).isEqualTo("ab12");
    }

    @Test
    void weighsWithItsOwnWords() {
        JsonNode results = log(result("a.sql", Severity.BLOCKING, null), result("a.sql", Severity.ERROR, null),
                result("a.sql", Severity.WARNING, null), result("a.sql", Severity.INFO, null)).at("/runs/0/results");
        assertThat(results.valueStream().map(each -> each.path("level").asString()))
                .containsExactly("error", "error", "warning", "note");
    }

    @Test
    void keepsWhatWasAcceptedAsSuppressed() {
        JsonNode results = log(result("a.sql", Severity.ERROR, "small table"), result("a.sql", Severity.ERROR, null))
                .at("/runs/0/results");
        assertThat(results.at("/0/suppressions/0/justification").asString()).isEqualTo("small table");
        assertThat(results.at("/0/suppressions/0/kind").asString()).isEqualTo("inSource");
        assertThat(results.at("/1/suppressions").isArray()).isTrue();
        assertThat(results.at("/1/suppressions").size()).isZero();
    }

    @Test
    void writesPathsAsUris() {
        JsonNode results = log(result("db/V1 ü#1.sql", Severity.ERROR, null),
                result("/tmp/a.sql", Severity.ERROR, null),
                result("a:b.sql", Severity.ERROR, null)).at("/runs/0/results");
        List<String> uris = results.valueStream()
                .map(each -> each.at("/locations/0/physicalLocation/artifactLocation/uri").asString()).toList();
        assertThat(uris).containsExactly("db/V1%20%C3%BC%231.sql", "file:///tmp/a.sql", "./a:b.sql");
        assertThat(uris).allSatisfy(uri -> assertThat(URI.create(uri)).isNotNull());
    }

    private static JsonNode log(Sarif.Result... results) {
        return JsonMapper.shared().readTree(Sarif.log("1.2", new Rules().all(), Stream.of(results).toList()));
    }

    private static Sarif.Result result(String file, Severity severity, @Nullable String accepted) {
        return new Sarif.Result(file, new Finding(FOUND.id(), FOUND.rule(), severity, FOUND.step(), FOUND.direction(),
                FOUND.line(), FOUND.column(), FOUND.message(), FOUND.why(), FOUND.safeForm()), accepted);
    }
}
