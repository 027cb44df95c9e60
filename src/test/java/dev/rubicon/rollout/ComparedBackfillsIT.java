package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What backfills left is compared after them, and again before the point of no return. */
@RubiconTest
class ComparedBackfillsIT {

    @Autowired
    private Api api;

    private static int fleets;

    private Fleet fleet;
    private long rollout;

    @BeforeEach
    void aFleetOfOneTarget() {
        fleet = new Fleet(api, "compared-" + ++fleets, 1, 3_000);
    }

    private void open() {
        fleet.submit("""
                plan: %s
                title: Copy the names
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: add
                        sql: ALTER TABLE users ADD COLUMN display_name text;
                        rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: none }
                  - phase: migrate
                    steps:
                      - step: copy
                        backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
                        rollback: { nothing: derived data, dataLoss: none }
                        verify: [ { name: no row came or went, rowCount: unchanged } ]
                  - phase: contract
                    after: { backup: { maxAge: 24h } }
                    steps:
                      - step: drop
                        sql: ALTER TABLE users DROP COLUMN username;
                        pointOfNoReturn: true
                        rollback: { impossible: username is gone, dataLoss: total }
                """.formatted(fleet.plan()));
        rollout = fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();
        fleet.approve(fleet.rollout(rollout), 0).expect(201);
        fleet.awaitPhase(rollout, 0, "DONE");
    }

    private JsonNode newest() {
        JsonNode runs = api.as("author").get("/rollouts/%d/runs/%s".formatted(rollout, fleet.names().getFirst()))
                .expect(200).body();
        return runs.path(runs.size() - 1);
    }

    @Test
    void comparesAfterTheBackfillAndAgainBeforeThePointOfNoReturn() {
        open();
        fleet.approve(fleet.rollout(rollout), 1).expect(201);
        fleet.awaitPhase(rollout, 1, "DONE");
        assertThat(newest().at("/steps/0/result/verifications").valueStream()
                .map(one -> one.path("answer").asString())).containsExactly("HOLDS", "HOLDS", "HOLDS");
        fleet.database(fleet.names().getFirst()).run("INSERT INTO users VALUES (90001, 'late')");

        fleet.backedUp();
        fleet.cross(fleet.rollout(rollout), 2);
        fleet.awaitState(rollout, "FAILED");
        assertThat(newest().at("/failure/cause").asString()).isEqualTo("comparison");
        assertThat(newest().at("/failure/message").asString()).contains("Nothing of this phase was begun", "(90001)");
        assertThat(newest().at("/steps/0/result/verifications/0").toString()).contains(
                "before the point of no return, copy",
                "DOES_NOT_HOLD");

        fleet.database(fleet.names().getFirst()).run("UPDATE users SET display_name = username WHERE id = 90001");
        api.as("operator").post("/rollouts/%d/runs/%s/retry".formatted(rollout, fleet.names().getFirst()), Map.of())
                .expect(202);
        fleet.awaitState(rollout, "DONE");
        assertThat(newest().at("/steps/0/result/verifications").valueStream()
                .map(one -> one.path("name").asString() + " " + one.path("answer").asString()))
                .anySatisfy(one -> assertThat(one).startsWith("before the point of no return, copy").endsWith("HOLDS"))
                .noneSatisfy(one -> assertThat(one).endsWith("DOES_NOT_HOLD"));
    }

    @Test
    void failsTheStepWhereATriggerAltersWhatTheBackfillWritesUntilThatIsMended() {
        open();
        fleet.database(fleet.names().getFirst()).run("CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN IF NEW.id = 777 THEN NEW.display_name := ''x''; END IF; RETURN NEW; END'",
                "CREATE TRIGGER meddle BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION meddle()");
        fleet.approve(fleet.rollout(rollout), 1).expect(201);
        fleet.awaitState(rollout, "FAILED");
        assertThat(newest().at("/failure/cause").asString()).isEqualTo("verification");
        assertThat(newest().at("/failure/message").asString()).contains("(777)", "nobody else wrote");

        fleet.database(fleet.names().getFirst()).run("DROP TRIGGER meddle ON users",
                "UPDATE users SET display_name = username WHERE id = 777");
        api.as("operator").post("/rollouts/%d/runs/%s/retry".formatted(rollout, fleet.names().getFirst()), Map.of())
                .expect(202);
        fleet.awaitPhase(rollout, 1, "DONE");
        assertThat(newest().at("/steps/0/result/rows").asLong()).isEqualTo(3_000);
    }
}
