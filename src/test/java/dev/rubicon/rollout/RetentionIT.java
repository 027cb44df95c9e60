package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.SettableClock;
import dev.rubicon.verification.Drifts;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is forgotten of rollouts when they are long over, and what never. */
@RubiconTest
class RetentionIT {

    @Autowired
    private Api api;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Drifts drifts;

    private long opened(String tag, boolean ends) {
        Fleet fleet = new Fleet(api, tag, 1, 1);
        fleet.submit(fleet.renameUsername());
        long id = fleet.open(fleet.plan()).path("id").asLong();
        if (ends) {
            api.as("operator").post("/rollouts/" + id + "/cancel", Map.of()).expect(202);
            fleet.awaitState(id, "CANCELLED");
            // long before what any other test of this database has done
            jdbc.sql("UPDATE rollout SET ended_at = now() - interval '3000 days' WHERE id = ?").param(id).update();
        }
        return id;
    }

    private long count(String table, long rollout) {
        return jdbc.sql("SELECT count(*) FROM %s WHERE rollout = ?".formatted(table)).param(rollout)
                .query(Long.class).single();
    }

    @Test
    void forgetsTheEventsOfRolloutsThatEndedLongAgoAndNothingOfTheTrail() {
        long over = opened("ret-over", true);
        long open = opened("ret-open", false);
        long trail = jdbc.sql("SELECT count(*) FROM audit_entry").query(Long.class).single();
        Retention retention = new Retention(jdbc, drifts, new RetentionSettings(Duration.ofDays(2000)),
                new SettableClock(Instant.now()));
        assertThat(count("rollout_event", over)).isPositive();

        retention.forget();

        assertThat(count("rollout_event", over)).isZero();
        assertThat(count("rollout_event", open)).isPositive();
        assertThat(count("rollout_run", over)).isEqualTo(1);
        assertThat(jdbc.sql("SELECT count(*) FROM audit_entry").query(Long.class).single())
                .isGreaterThanOrEqualTo(trail);
        assertThat(api.as("author").get("/rollouts/" + over).expect(200).body().path("state").asString())
                .isEqualTo("CANCELLED");
    }

    @Test
    void forgetsDifferencesThatHaveLongBeenOverAndNoneThatIsOpen() {
        new Fleet(api, "ret-drift", 1, 1);
        for (String[] each : new String[][]{{"over", "3000", "2900"}, {"lately", "3000", "10"},
                {"open", "3000", null}}) {
            jdbc.sql("""
                    INSERT INTO drift (target, kind, name, found, since, seen_at, ended_at, ended_by)
                    VALUES ('ret-drift-0', 'INDEX', ?, 'text', now() - ?::int * interval '1 day', now(),
                            now() - ?::int * interval '1 day', 'somebody')
                    """).params(each[0], each[1], each[2]).update();
        }

        new Retention(jdbc, drifts, new RetentionSettings(Duration.ofDays(2000)), new SettableClock(Instant.now()))
                .forget();

        assertThat(jdbc.sql("SELECT name FROM drift WHERE target = 'ret-drift-0' ORDER BY name").query(String.class)
                .list()).containsExactly("lately", "open");
    }
}
