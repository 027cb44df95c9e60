package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanDocuments;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the analysis makes of the steps that stand for a dual write. */
class DualWriteJudgementTest {

    private static final String GATED = PlanDocuments.RENAME.replace("          where: display_name IS NULL\n",
            "          where: display_name IS NULL\n          dualWrite: { from: username, to: display_name }\n");
    private static final String RENAME = GATED.substring(0, GATED.indexOf("    after:"))
            + GATED.substring(GATED.indexOf("    steps:\n      - step: copy-username"));
    private static final int DUAL_WRITE = 25;

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
    void findsNothingAboveInfoAndPointsToTheDualWrite() {
        Verdict verdict = judge(RENAME);
        assertThat(verdict.findings()).filteredOn(each -> each.severity().compareTo(Severity.INFO) > 0)
                .isEmpty();
        assertThat(verdict.findings()).filteredOn(each -> String.valueOf(each.step()).contains("-dual-write"))
                .isNotEmpty().allSatisfy(each -> {
                    assertThat(each.line()).isEqualTo(DUAL_WRITE);
                    assertThat(each.column()).isEqualTo(22);
                });
        assertThat(verdict.pointOfNoReturn()).isNotNull().extracting(Verdict.PointOfNoReturn::step)
                .isEqualTo("drop-username");
    }

    @Test
    void letsTheRollbackOfTheNewColumnLoseNothingUnlessCodeCouldKnowItBefore() {
        assertThat(rules(RENAME)).doesNotContain("data-loss-understated");
        assertThat(judge(GATED).findings()).filteredOn(each -> each.rule().equals("data-loss-understated"))
                .singleElement().satisfies(each -> assertThat(each.safeForm()).isEqualTo("dataLoss: derived"));
        assertThat(rules(RENAME.replace("          dualWrite: { from: username, to: display_name }\n", "")))
                .contains("data-loss-understated");
    }

    @Test
    void warnsOnceWhenNoContractPhaseRemovesTheTrigger() {
        String open = RENAME.substring(0, RENAME.indexOf("  - phase: contract"));
        assertThat(rules(open)).contains("dual-write-never-ended").doesNotContain("contract-never-scheduled");
        assertThat(rules(RENAME)).doesNotContain("dual-write-never-ended");
    }

    private static List<String> rules(String plan) {
        return judge(plan).findings().stream().map(Finding::rule).toList();
    }

    private static Verdict judge(String plan) {
        return room.get(Judgement.class).judge(room.get(PlanReader.class).read(plan, "application/yaml"), Terms.TEXT)
                .verdict();
    }
}
