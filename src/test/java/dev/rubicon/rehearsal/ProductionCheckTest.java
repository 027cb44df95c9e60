package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.LocksSeen.Taken;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.rehearsal.Foresight.Foreseen;
import dev.rubicon.rehearsal.Foresight.ForeseenLock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When what a run took is news. */
class ProductionCheckTest {

    private static Taken taken(String kind, LockMode mode, boolean exact) {
        return new Taken("public.users", kind, mode, exact, 3, 0, 0, 0);
    }

    private static LocksSeen seen(Taken... locks) {
        return LocksSeen.of(List.of(locks), 0, List.of());
    }

    private static StepObservation rehearsed(String kind, LockMode mode, boolean exact) {
        return new StepObservation(5, 0, 0, List.of(new StepObservation.Lock("public.users", kind, mode, exact, 4)),
                List.of(), List.of());
    }

    private static Foreseen foreseen(LockMode mode) {
        return new Foreseen("SELECT 1", List.of(new ForeseenLock("public.users", mode)), List.of(), List.of());
    }

    private static List<String> compared(List<Foreseen> foreseen, List<StepObservation> rehearsed, LocksSeen seen) {
        return ProductionCheck.disagreements(foreseen, rehearsed, seen);
    }

    @Test
    void agreesWhereNothingStrongerWasTaken() {
        assertThat(compared(List.of(foreseen(LockMode.ACCESS_EXCLUSIVE)),
                List.of(rehearsed("table", LockMode.ACCESS_EXCLUSIVE, true)),
                seen(taken("table", LockMode.ACCESS_EXCLUSIVE, true)))).isEmpty();
        assertThat(compared(List.of(), List.of(), seen(taken("table", LockMode.ACCESS_EXCLUSIVE, true))))
                .as("with nothing to compare with").isEmpty();
        assertThat(compared(List.of(), List.of(rehearsed("index", LockMode.SHARE, true)),
                seen(taken("table", LockMode.ROW_EXCLUSIVE, true)))).as("nobody feels it").isEmpty();
    }

    @Test
    void tellsAStrongerLock() {
        assertThat(compared(List.of(foreseen(LockMode.SHARE)), List.of(rehearsed("table", LockMode.SHARE, true)),
                seen(taken("table", LockMode.ACCESS_EXCLUSIVE, true)))).containsExactly(
                        "ACCESS EXCLUSIVE on public.users was taken; rehearsed was SHARE, foreseen was SHARE");
    }

    @Test
    void tellsALockThatWasRehearsedAndNotTaken() {
        assertThat(compared(List.of(), List.of(rehearsed("table", LockMode.ACCESS_EXCLUSIVE, true)),
                seen(taken("table", LockMode.ROW_EXCLUSIVE, true)))).containsExactly(
                        "ACCESS EXCLUSIVE on public.users was rehearsed; no more than ROW EXCLUSIVE was taken");
    }

    @Test
    void claimsNothingOfWhatSamplesMayHaveMissed() {
        StepObservation other = new StepObservation(5, 0, 0, List.of(), List.of(), List.of());
        assertThat(compared(List.of(), List.of(other), seen(taken("table", LockMode.SHARE_UPDATE_EXCLUSIVE, false))))
                .as("the rehearsal may have missed it").isEmpty();
        assertThat(compared(List.of(), List.of(rehearsed("table", LockMode.ACCESS_EXCLUSIVE, false)),
                seen(taken("table", LockMode.ROW_EXCLUSIVE, true)))).isEmpty();
        assertThat(compared(List.of(), List.of(rehearsed("table", LockMode.ACCESS_EXCLUSIVE, true)),
                seen(taken("table", LockMode.ROW_EXCLUSIVE, false)))).as("the run may have missed it").isEmpty();
    }

    @Test
    void doesNotAccuseAnIndexOfWhichNothingWasSaid() {
        StepObservation other = new StepObservation(5, 0, 0, List.of(), List.of(), List.of());
        assertThat(compared(List.of(new Foreseen("SELECT 1", List.of(), List.of(), List.of())), List.of(other),
                seen(taken("index", LockMode.ACCESS_EXCLUSIVE, true)))).isEmpty();
    }

    @Test
    void keepsTheStrongestAndLongestOfAllTries() {
        LocksSeen both = new LocksSeen(List.of(new Taken("public.users", "table", LockMode.ACCESS_EXCLUSIVE, false, -1,
                700, 0, 0)), 0, 800, List.of())
                .and(new LocksSeen(List.of(new Taken("public.users", "table", LockMode.SHARE, true, 12, 50, 3, 40)), 0,
                        90, List.of()));

        assertThat(both.waitedMillis()).isEqualTo(890);
        assertThat(both.locks()).containsExactly(
                new Taken("public.users", "table", LockMode.SHARE, true, 12, 750, 3, 40));
    }
}
