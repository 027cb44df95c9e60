package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.DataLoss;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReturnPageTest {

    private static final Actor READER = new Actor("viewer", null, Map.of(), Set.of());

    private static Rollouts.Loss loss(String target, DataLoss loss, @Nullable Long rows, @Nullable String uncounted) {
        return new Rollouts.Loss(target, "late", loss, rows, uncounted, null, null);
    }

    private static ReturnPage page(List<Rollouts.Loss> losses, List<String> steps, String... unread) {
        return ReturnPage.of(new FakeRollouts().get(READER, 118), 0, List.of(),
                new Rollouts.ReturnPreview(losses, steps, List.of(), List.of(unread)), null, READER,
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void countsWhatWasCounted() {
        ReturnPage page = page(List.of(loss("one", DataLoss.NEW_WRITES, 1L, null),
                loss("two", DataLoss.NEW_WRITES, 2L, null)), List.of("one: late"));
        assertThat(page.verdict()).isEqualTo("It loses what was written since: 3 rows now.");
        assertThat(page.losses()).singleElement().matches(loss -> loss.rows().equals("3 rows"));
    }

    @Test
    void saysWhereNobodyCouldCount() {
        ReturnPage page = page(List.of(loss("one", DataLoss.NEW_WRITES, 3L, null),
                loss("two", DataLoss.NEW_WRITES, null, "canceling statement due to statement timeout")),
                List.of("one: late"));
        assertThat(page.verdict()).isEqualTo(
                "It loses what was written since: at least 3 rows now, not counted on 1 target.");
        assertThat(page.losses()).singleElement()
                .matches(loss -> loss.rows().equals("at least 3 rows now, not counted on 1 target"));
    }

    @Test
    void promisesNothingWhereTheLedgerCannotBeRead() {
        ReturnPage none = page(List.of(), List.of(), "one", "two");
        assertThat(none.verdict())
                .isEqualTo("What it loses is not known on 2 targets, for the ledger cannot be read there.");
        assertThat(none.losesSomething()).as("no green check").isTrue();
        ReturnPage some = page(List.of(), List.of("one: late"), "two");
        assertThat(some.verdict())
                .isEqualTo("It loses nothing; not known on 1 target, for the ledger cannot be read there.");
        assertThat(some.losesSomething()).isTrue();
        assertThat(page(List.of(), List.of("one: late"))).matches(page -> page.verdict().equals("It loses nothing."))
                .matches(page -> !page.losesSomething());
    }
}
