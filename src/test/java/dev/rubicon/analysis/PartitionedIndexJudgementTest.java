package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the analysis says of an index that is built partition by partition. */
class PartitionedIndexJudgementTest {

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    private static Judgement.Analysis judge(String index, String rollback) {
        String plan = """
                plan: an-index
                title: An index
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: build
                        partitionedIndex: %s
                        rollback: %s
                """.formatted(index, rollback);
        return room.get(Judgement.class).judge(room.get(PlanReader.class).read(plan, "application/yaml"), Terms.TEXT);
    }

    @Test
    void showsTheLocksAndFindsNothingThatStopsIt() {
        Judgement.Analysis analysis = judge("{ table: events, name: events_at, columns: [at DESC, lower(kind)] }",
                "{ sql: DROP INDEX events_at;, dataLoss: none }");

        assertThat(analysis.verdict().findings()).filteredOn(each -> each.severity() != Severity.INFO)
                .as("%s", analysis.verdict().findings()).isEmpty();
        assertThat(analysis.verdict().pointOfNoReturn()).isNull();
        assertThat(analysis.verdict().phaseRisks().get(0)).isEqualTo(new Verdict.Risk(Verdict.Level.LOW, List.of()));
        Judgement.ReadStatement build = analysis.statements().getFirst();
        assertThat(build.transactional()).isFalse();
        assertThat(build.sql()).isEqualTo("CREATE INDEX events_at ON events (at DESC, lower(kind))");
        assertThat(build.facts().locks()).extracting(Lock::mode).containsOnly(LockMode.SHARE_UPDATE_EXCLUSIVE);
        assertThat(build.draft().sql()).isEqualTo("DROP INDEX events_at;");
    }

    @Test
    void missesTheWayBack() {
        assertThat(
                judge("{ table: events, name: events_at, columns: [at] }", "{ nothing: it may stay, dataLoss: none }")
                        .statements())
                .hasSize(1);
        assertThat(judge("{ table: events, name: events_at, columns: [at] }",
                "{ sql: DROP INDEX CONCURRENTLY events_at;, dataLoss: none }").verdict().findings())
                .filteredOn(each -> each.severity() == Severity.BLOCKING).extracting(Finding::message)
                .singleElement().asString().contains("does not drop events_at concurrently");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            columns: ["at DESC NULLS"]                  | syntax-error
            columns: ["at) WHERE (true"]                | query-not-one-select
            columns: [at], where: "kind IS"             | syntax-error
            columns: [at], where: "true; DROP TABLE a"  | syntax-error
            """)
    void refusesPiecesThatAreNone(String pieces, String rule) {
        assertThat(judge("{ table: events, name: events_at, " + pieces + " }",
                "{ sql: DROP INDEX events_at;, dataLoss: none }").verdict().findings())
                .filteredOn(each -> each.severity() == Severity.BLOCKING).isNotEmpty()
                .allSatisfy(each -> assertThat(each.rule()).isEqualTo(rule));
    }
}
