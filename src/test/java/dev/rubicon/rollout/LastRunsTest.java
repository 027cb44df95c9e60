package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.gate.GateRoom;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which rollout was the last on each target. */
class LastRunsTest {

    private static final Actor VIEWER = GateRoom.person("vera", "production", Role.VIEWER);

    private final GateRoom room = GateRoom.empty();
    private final JdbcClient jdbc = room.bean(JdbcClient.class);
    private final LastRuns runs = new LastRuns(jdbc);

    private long rollout(String environment, String... targets) {
        long id = jdbc.sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, submitted_by,
                                     opened_by, opened_at)
                VALUES ('rename-username', 1, ?, 'sha256:a', '{}', 'auto', 'DONE', 'ada', 'ada', now())
                RETURNING id
                """).param(environment).query(Long.class).single();
        jdbc.sql("INSERT INTO rollout_phase (rollout, index, state) VALUES (?, 0, 'DONE'), (?, 1, 'DONE')")
                .params(id, id).update();
        for (String target : targets) {
            jdbc.sql("INSERT INTO rollout_run (rollout, target, wave) VALUES (?, ?, 0)").params(id, target).update();
        }
        return id;
    }

    private void ran(long rollout, int phase, String target, String direction, String state) {
        jdbc.sql("""
                INSERT INTO phase_run (rollout, phase, target, environment, direction, plan, revision, digest, state,
                                       created_at)
                VALUES (?, ?, ?, 'production', ?, 'rename-username', 1, 'sha256:a', ?, now())
                """).params(rollout, phase, target, direction, state).update();
    }

    private List<String> seen(Actor actor) {
        return runs.newest(actor).stream().map(last -> last.target() + " " + last.rollout() + " " + last.state())
                .sorted().toList();
    }

    @Test
    void findsTheLastOfATargetBehindAnyNumberOfNewerOnes() {
        long old = rollout("production", "a", "b");
        IntStream.range(0, 60).forEach(i -> rollout("production", "b"));
        long last = rollout("production", "b");

        assertThat(seen(VIEWER)).containsExactly("a " + old + " QUEUED", "b " + last + " QUEUED");
        assertThat(runs.newest(VIEWER)).extracting(LastRuns.LastRun::title).containsOnly("rename-username");
        assertThat(runs.newest(GateRoom.person("vera", "staging", Role.VIEWER))).isEmpty();
    }

    @Test
    void saysWhereItStandsOnEachTarget() {
        long id = rollout("production", "back", "done", "failed", "half", "left", "undoing");
        for (String target : List.of("back", "done", "failed", "half", "undoing")) {
            ran(id, 0, target, "FORWARD", "DONE");
        }
        ran(id, 1, "done", "FORWARD", "CANCELLED");
        ran(id, 1, "done", "FORWARD", "DONE");
        ran(id, 1, "failed", "FORWARD", "FAILED");
        ran(id, 0, "back", "ROLLBACK", "ROLLED_BACK");
        ran(id, 0, "undoing", "ROLLBACK", "WAITING");
        jdbc.sql("UPDATE rollout_run SET skipped = 'late' WHERE target = 'left'").update();

        assertThat(runs.newest(VIEWER).stream().map(last -> last.target() + " " + last.state()).sorted())
                .containsExactly("back ROLLED_BACK", "done DONE", "failed FAILED", "half WAITING", "left SKIPPED",
                        "undoing ROLLING_BACK");
    }
}
