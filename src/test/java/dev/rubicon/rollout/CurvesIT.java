package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.problem.Problem;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.People;
import dev.rubicon.testing.RubiconTest;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The ticks of a backfill, read back as a curve. */
@RubiconTest
class CurvesIT {

    private static final Actor VIEWER = new Actor("vic", null, Map.of("production", Set.of(Role.VIEWER)), Set.of());
    private static final Actor STRANGER = new Actor("sam", null, Map.of(), Set.of());

    @LocalServerPort
    private int port;

    @Autowired
    private Accounts accounts;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Curves curves;

    private void ticks(long rollout, String target, int run, int count) {
        jdbc.sql("""
                INSERT INTO rollout_event (rollout, at, type, data)
                SELECT ?, timestamptz '2026-01-01' + i * interval '1 s', 'step.progress',
                       jsonb_build_object('target', ?::text, 'run', ?::int, 'step', 'copy', 'phase', 1, 'done', i, 'perSecond', i,
                           'backfill', jsonb_build_object('brake', 'Slowed down', 'throttle', jsonb_build_array(
                               jsonb_build_object('title', 'Replica lag', 'state', 'known', 'utilization', 0.5),
                               jsonb_build_object('title', 'Sessions', 'state', 'absent', 'utilization', 0))))
                  FROM generate_series(1, ?) AS i""").params(rollout, target, run, count).update();
    }

    @Test
    void keepsTheFirstAndTheLastOfManyTicksOfTheNewestRun() {
        People.arrive(accounts);
        Fleet fleet = new Fleet(Api.of(port), "curves", 2, 10);
        fleet.submit(fleet.renameUsername());
        long rollout = fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();
        String target = fleet.names().getFirst();
        assertThat(curves.newest(VIEWER, rollout, target)).isEmpty();

        ticks(rollout, target, 7, 50);
        ticks(rollout, target, 8, 1001);
        ticks(rollout, fleet.names().getLast(), 9, 10);

        Curves.Curve curve = curves.newest(VIEWER, rollout, target).orElseThrow();
        assertThat(curve.run()).isEqualTo(8);
        assertThat(curve.ticks()).isEqualTo(1001);
        assertThat(curve.points()).hasSizeBetween(100, Curves.MOST);
        assertThat(curve.points().getFirst().perSecond()).isEqualTo(1);
        assertThat(curve.points().getLast().perSecond()).isEqualTo(1001);
        assertThat(curve.points().getLast().brake()).isEqualTo("Slowed down");
        assertThat(curve.points().getLast().gauges()).containsExactly(Map.entry("Replica lag", 0.5));
        assertThat(curves.newest(VIEWER, rollout, fleet.names().getLast()).orElseThrow().points()).hasSize(10);
        assertThatThrownBy(() -> curves.newest(STRANGER, rollout, target)).isInstanceOf(Problem.class);
    }
}
