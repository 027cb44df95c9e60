package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.StepState;
import dev.rubicon.gate.Blocker;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.RunState;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCardTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final StepWatch.Progress PROGRESS = new StepWatch.Progress("copying", 9_400, 9_500L, "rows", 9_400,
            100, new StepWatch.Backfill(1, "key", "along the key (id)", 1, 640, 48, 0, null, null, null, null, null));

    private static RunCard card(PhaseRunState run, StepState step, @Nullable Blocker blocker) {
        var view = new PhaseRunView.StepView(0, "copy", "backfill", step, PROGRESS, null, NOW.minusSeconds(60), null,
                List.of());
        return RunCard.of(new PhaseRunView(1, 1, 0, "shop", Direction.FORWARD, run, blocker, null, null, NOW, NOW, null,
                List.of(view), List.of(), null), "Copy", NOW);
    }

    @Test
    void saysHowLongItWaitsInAllAndHowLongItWillYet() {
        Blocker lock = new Blocker("lock", "Waits for locks", "clears itself", null,
                Map.of("since", NOW.minusSeconds(95).toString(), "until", NOW.plusSeconds(505).toString()));
        assertThat(card(PhaseRunState.WAITING, StepState.RUNNING, lock).patience())
                .isEqualTo("Waits for 1 min 35 s; its patience ends in 8 min 25 s");
        assertThat(card(PhaseRunState.RUNNING, StepState.RUNNING, null).patience()).isEmpty();
    }

    @Test
    void showsAFinishedBackfillAsWhole() {
        RunCard.Bar bar = card(PhaseRunState.DONE, StepState.DONE, null).steps().getFirst().bar();
        assertThat(bar).isNotNull().matches(done -> done.percent() == 100)
                .matches(done -> Long.valueOf(done.done()).equals(done.total()))
                .matches(done -> done.amount().equals("9,400 rows"));
        assertThat(card(PhaseRunState.RUNNING, StepState.RUNNING, null).steps().getFirst().bar()).isNotNull()
                .matches(moving -> moving.percent() == 98).matches(moving -> moving.amount().contains("of ≈ 9,500"));
    }

    @Test
    void doesNotCallNotBegunWhatRests() {
        assertThat(card(PhaseRunState.PAUSED, StepState.QUEUED, null).steps().getFirst().sign().word())
                .isEqualTo("paused");
        assertThat(card(PhaseRunState.CANCELLED, StepState.QUEUED, null).steps().getFirst().sign().word())
                .isEqualTo("begun, not done");
    }

    @ParameterizedTest
    @CsvSource({"lock, RUNNING, waits for a lock", "target-busy, QUEUED, waits for the target",
            "target-unreachable, WAITING, cannot reach it", "server-busy, QUEUED, waits for its server"})
    void saysInTheHeadAndInTheMatrixForWhatARunWaits(String type, PhaseRunState state, String word) {
        Blocker blocker = new Blocker(type, "somebody is in the way", "clears itself", null, Map.of());
        RolloutView.TargetView target = new RolloutView.TargetView("shop", 0, RunState.RUNNING, blocker, null,
                List.of(new RolloutView.Cell(0, 1L, state, false, 0.4, 900L, null)), null);
        assertThat(Sign.of(target).word()).isEqualTo(word);
        Actor anybody = new Actor("operator", null, Map.of(), Set.of());
        Matrix.Row row = Matrix.row(target, new FakeRollouts().get(anybody, 118));
        assertThat(row.sign().word()).isEqualTo(word);
        assertThat(row.cells().getFirst().text()).isEqualTo(word);
        assertThat(row.cells().getFirst().title()).contains("somebody is in the way");
    }
}
