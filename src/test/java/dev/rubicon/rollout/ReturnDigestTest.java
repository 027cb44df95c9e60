package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.DataLoss;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReturnDigestTest {

    private static final List<String> STEPS = List.of("shop: late", "shop: early");
    private static final List<String> NEWER = List.of("Newer rollouts changed the same databases since: #7");

    private static String digest(List<String> steps, DataLoss loss, long rows, List<String> refusals) {
        return new Rollouts.ReturnPreview(List.of(new Rollouts.Loss("shop", "late", loss, rows, null, null, null)),
                steps,
                refusals, List.of()).digest();
    }

    @Test
    void staysTheSameWhileRowsAreWritten() {
        assertThat(digest(STEPS, DataLoss.NEW_WRITES, 3, List.of()))
                .isEqualTo(digest(STEPS, DataLoss.NEW_WRITES, 4, List.of()));
    }

    @Test
    void changesWithWhatIsUndoneLostOrRefused() {
        assertThat(digest(STEPS, DataLoss.NEW_WRITES, 3, List.of()))
                .isNotEqualTo(digest(List.of("shop: early"), DataLoss.NEW_WRITES, 3, List.of()))
                .isNotEqualTo(digest(STEPS, DataLoss.TOTAL, 3, List.of()))
                .isNotEqualTo(digest(STEPS, DataLoss.NEW_WRITES, 3, NEWER));
    }
}
