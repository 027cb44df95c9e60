package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** A backfill stands still for its target's sake, and for people, and goes on. */
@RubiconTest
class ThrottleIT {

    private static final String PLAN = """
            plan: %s
            title: Touch the users
            engine: postgresql
            phases:
              - phase: migrate
                steps:
                  - step: touch
                    backfill: { table: users, set: { touched: '1' }, where: touched = 0 }
                    rollback: { nothing: derived, dataLoss: none }
            """;

    @Autowired
    private Api api;

    private Fleet fleet;
    private long id;

    @BeforeEach
    void aFleet() {
        fleet = new Fleet(api, "throttle", 1, 2_000);
    }

    private JsonNode run() {
        JsonNode runs = api.as("author").get("/rollouts/%d/runs/throttle-0".formatted(id)).expect(200).body();
        return runs.path(runs.size() - 1);
    }

    private JsonNode gauge(String name) {
        return run().at("/steps/0/progress/backfill/throttle").valueStream()
                .filter(gauge -> gauge.path("name").asString().equals(name)).findFirst().orElse(run().path("nothing"));
    }

    private void probe(@Nullable String sql) {
        Map<String, @Nullable String> settings = new HashMap<>();
        settings.put("backfill.probe", sql);
        api.as("admin").with("If-Match", "*").patch("/targets/throttle-0", Map.of("settings", settings)).expect(200);
    }

    private String touched() {
        return String.valueOf(fleet.database("throttle-0").value("SELECT count(*) FROM users WHERE touched = 1"));
    }

    @Test
    void standsStillForItsTargetAndForPeopleAndSaysForWhom() {
        fleet.database("throttle-0").run("CREATE TABLE slowness AS SELECT 0.05::float AS seconds");
        probe("SELECT pg_sleep(seconds) FROM slowness");
        fleet.submit(PLAN.formatted(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        id = rollout.path("id").asLong();
        fleet.speed(id, 0);
        fleet.approve(rollout, 0).expect(201);
        fleet.await(id, "a probe, and no other reason to stand still", seen -> gauge("probe").path("state").asString("")
                .equals("known")
                && run().at("/steps/0/progress/backfill/brake").asString("")
                        .equals("Stands still: its speed is set to 0"));
        assertThat(gauge("lock-waits").path("limit").asDouble()).isEqualTo(5);
        assertThat(gauge("replica-lag").path("words").asString()).isEqualTo("no replica is connected");

        fleet.database("throttle-0").run("UPDATE slowness SET seconds = 5");
        fleet.await(id, "a reason to wait", seen -> run().at("/blocker/type").asString("").equals("throttle"));
        fleet.speed(id, 1);
        assertThat(run().at("/blocker/message").asString()).startsWith("Stands still: probe query ")
                .endsWith("goes on below 80 % of the limit");
        assertThat(touched()).isEqualTo("0");

        probe(null);
        fleet.awaitState(id, "DONE");
        assertThat(touched()).isEqualTo("2000");
        assertThat(run().path("blocker").isNull()).isTrue();
        assertThat(api.as("admin").get("/audit?subjectId=" + id).expect(200).body().toString())
                .contains("rollout.speed-set");
        assertThat(api.as("admin").get("/audit?subjectId=throttle-0").expect(200).body().toString())
                .contains("pg_sleep(seconds)");
    }
}
