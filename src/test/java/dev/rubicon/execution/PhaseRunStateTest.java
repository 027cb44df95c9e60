package dev.rubicon.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.StateDiagram;
import org.junit.jupiter.api.Test;

class PhaseRunStateTest {

    @Test
    void reachesEveryStateFromQueued() {
        assertThat(StateDiagram.reachable(PhaseRunState.QUEUED, PhaseRunState::leadsTo))
                .containsExactlyInAnyOrder(PhaseRunState.values());
    }

    @Test
    void endsOnlyWhereNothingFollows() {
        for (PhaseRunState state : PhaseRunState.values()) {
            assertThat(state.ended()).as(state.name())
                    .isEqualTo(StateDiagram.successors(state, PhaseRunState::leadsTo).isEmpty());
        }
    }

    @Test
    void isDrawnInTheDocs() {
        StateDiagram.write("phase-run", PhaseRunState.values(), PhaseRunState::leadsTo);
    }
}
