package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.registry.EngineKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules say of single columns what the facts, which are proved against servers, say of whole statements. */
class RulesAgreeWithFactsTest {

    private static final Set<String> TABLES = Set.of("notes", "wares", "orders", "customers", "events", "events_1",
            "events_2", "events_3", "people", "stocks", "numbered");

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
    void callTheSameChangesOfTypesRewritesScansAndRebuilds() throws IOException {
        assertThat(proofs("types")).hasSizeGreaterThan(70).allSatisfy(proof -> {
            Judgement.Analysis analysis = judge(proof);
            Facts facts = analysis.statements().getLast().facts();
            List<String> rules = errors(analysis);
            boolean rewritten = table(facts.rewrites());
            assertThat(rules.contains("change-type-rewrite") || rules.contains("change-type-timezone")).as(proof.name)
                    .isEqualTo(rewritten);
            assertThat(rules.contains("change-type-index-rebuild")).as(proof.name)
                    .isEqualTo(!rewritten && !facts.rewrites().isEmpty());
            assertThat(rules.contains("change-type-check-rescan")).as(proof.name)
                    .isEqualTo(facts.rewrites().isEmpty() && !facts.scans().isEmpty());
        });
    }

    @Test
    void callTheSameNewColumnsRewrites() throws IOException {
        Set<String> rewrites = Set.of("add-column-volatile-default", "add-serial-identity", "add-stored-generated",
                "add-constrained-domain-column");
        assertThat(proofs("columns").stream().filter(proof -> proof.name.startsWith("add-column")).toList())
                .hasSizeGreaterThan(20).allSatisfy(proof -> {
                    Judgement.Analysis analysis = judge(proof);
                    assertThat(errors(analysis).stream().anyMatch(rewrites::contains)).as(proof.name)
                            .isEqualTo(table(analysis.statements().getLast().facts().rewrites()));
                });
    }

    private static boolean table(List<QualifiedName> rewrites) {
        return rewrites.stream().map(QualifiedName::name).anyMatch(TABLES::contains);
    }

    private static List<String> errors(Judgement.Analysis analysis) {
        return analysis.verdict().findings().stream().filter(each -> each.severity() == Severity.ERROR)
                .map(Finding::rule).toList();
    }

    private static Judgement.Analysis judge(Proof proof) throws IOException {
        List<ScriptFile> files = Stream.of(read("world"), proof.setup, proof.statement)
                .map(sql -> new ScriptFile("proof", sql, "forward", false)).toList();
        return room.get(Judgement.class).judge(files, EngineKind.POSTGRESQL, new Terms(Terms.NEWEST, null, false))
                .getLast();
    }

    private record Proof(String name, String setup, String statement) {}

    private static List<Proof> proofs(String file) throws IOException {
        return Arrays.stream(read(file).split("(?m)^--: (?=[a-z0-9-]+$)(?!setup$|statement$)"))
                .filter(text -> !text.isBlank() && !text.contains("--: refused")).map(RulesAgreeWithFactsTest::proof)
                .toList();
    }

    private static Proof proof(String text) {
        String name = text.lines().findFirst().orElseThrow();
        String[] parts = text.substring(name.length()).split("(?m)^--: statement$");
        return new Proof(name, parts.length > 1 ? parts[0] : "SELECT 1", parts[parts.length - 1]);
    }

    private static String read(String file) throws IOException {
        try (InputStream in = Objects
                .requireNonNull(RulesAgreeWithFactsTest.class.getResourceAsStream("/proofs/" + file + ".sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
