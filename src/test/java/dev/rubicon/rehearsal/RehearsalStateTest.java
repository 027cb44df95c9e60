package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.StateDiagram;
import org.junit.jupiter.api.Test;

class RehearsalStateTest {

    @Test
    void reachesEveryStateFromQueued() {
        assertThat(StateDiagram.reachable(RehearsalState.QUEUED, RehearsalState::leadsTo))
                .containsExactlyInAnyOrder(RehearsalState.values());
    }

    @Test
    void isEvidenceOnlyWhenItEnded() {
        for (RehearsalState state : RehearsalState.values()) {
            assertThat(!state.isEvidence() || state.ended()).as(state.name()).isTrue();
        }
    }

    @Test
    void isDrawnInTheDocs() {
        StateDiagram.write("rehearsal", RehearsalState.values(), RehearsalState::leadsTo);
    }
}
