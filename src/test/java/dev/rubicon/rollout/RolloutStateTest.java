package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.StateDiagram;
import org.junit.jupiter.api.Test;

class RolloutStateTest {

    @Test
    void reachesEveryStateFromWaiting() {
        assertThat(StateDiagram.reachable(RolloutState.WAITING, RolloutState::leadsTo))
                .containsExactlyInAnyOrder(RolloutState.values());
    }

    @Test
    void leadsFromEveryActiveStateToRest() {
        for (RolloutState state : RolloutState.values()) {
            assertThat(StateDiagram.reachable(state, RolloutState::leadsTo)).as(state.name())
                    .anyMatch(reached -> !reached.active());
        }
    }

    @Test
    void isDrawnInTheDocs() {
        StateDiagram.write("rollout", RolloutState.values(), RolloutState::leadsTo);
    }
}
