package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.gate.GateRoom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Which open rollouts are looked at first. */
class OpenRolloutsTest {

    private final GateRoom room = GateRoom.empty();
    private final JdbcClient jdbc = room.bean(JdbcClient.class);
    private final RolloutRows rows = new RolloutRows(jdbc, room.bean(JsonMapper.class), room.clock);

    private long rollout(RolloutState state) {
        return jdbc.sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, submitted_by,
                                     opened_by, opened_at)
                VALUES ('rename-username', 1, 'production', 'sha256:a', '{}', 'auto', ?, 'ada', 'ada', now())
                RETURNING id
                """).param(state.name()).query(Long.class).single();
    }

    @Test
    void putsWhatStandsStillBeforeWhatWaitsAndThatBeforeWhatMoves() {
        List<Long> ids = Stream.of(RolloutState.FAILED, RolloutState.PAUSED, RolloutState.WAITING, RolloutState.DONE,
                RolloutState.RUNNING, RolloutState.ROLLBACK_FAILED, RolloutState.CANCELLED, RolloutState.ROLLING_BACK,
                RolloutState.WAITING, RolloutState.ROLLED_BACK).map(this::rollout).toList();

        List<Long> open = rows.open().stream().map(RolloutRows.Outline::id).toList();

        assertThat(open.stream().map(ids::indexOf)).containsExactly(5, 1, 0, 8, 2, 7, 4);
        assertThat(rows.all(open)).extracting(Rollout::id).containsExactlyElementsOf(open);
    }

    @Test
    void countsEveryStateThatHasNotEndedAsOpen() {
        Arrays.stream(RolloutState.values()).forEach(this::rollout);
        assertThat(rows.open()).extracting(RolloutRows.Outline::state).containsExactlyInAnyOrderElementsOf(
                Arrays.stream(RolloutState.values()).filter(state -> !state.ended()).toList());
    }
}
