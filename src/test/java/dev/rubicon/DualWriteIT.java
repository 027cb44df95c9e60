package dev.rubicon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.TestPostgres;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** A rename in which neither version of the application writes both columns: the generated trigger does. */
@RubiconTest
class DualWriteIT {

    private static final int ROWS = 5_000;
    private static final String TRIGGERS = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zz_rubicon%'";
    private static final String APART = "SELECT count(*) FROM users WHERE display_name IS DISTINCT FROM username";

    @Autowired
    private Api api;

    /** The plan of the fleet, its gates for the migrate phase left out: old and new code may run side by side. */
    private static String plan(Fleet fleet) {
        String plan = fleet.renameUsername();
        int gates = plan.indexOf("    after:");
        plan = plan.substring(0, gates) + plan.substring(plan.indexOf("    steps:", gates));
        return plan.replace("where: display_name IS NULL\n",
                "where: display_name IS NULL\n          dualWrite: { from: username, to: display_name }\n");
    }

    private static void oldCode(TestPostgres.Database target, int id) {
        target.run("INSERT INTO users (id, username) VALUES (" + id + ", 'old" + id + "')",
                "UPDATE users SET username = 'renamed by old' WHERE id = 1");
    }

    private static void newCode(TestPostgres.Database target, int id) {
        target.run("INSERT INTO users (id, display_name) VALUES (" + id + ", 'new" + id + "')",
                "UPDATE users SET display_name = 'renamed by new' WHERE id = 2");
    }

    @Test
    void keepsOldAndNewCodeInStepUntilTheContractTakesTheTriggerAway() {
        Fleet fleet = new Fleet(api, "dual", 2, ROWS);
        JsonNode revision = fleet.submit(plan(fleet));
        assertThat(revision.at("/phases/1/steps/0/generatedFor").asString()).isEqualTo("copy-username");
        assertThat(revision.at("/phases/2/steps/0/step").asString()).isEqualTo("copy-username-dual-write-end");
        assertThat(revision.at("/pointOfNoReturn/step").asString()).isEqualTo("drop-username");

        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        fleet.approve(rollout, 0).expect(201);
        fleet.awaitPhase(id, 0, "DONE");
        fleet.approve(rollout, 1).expect(201);
        fleet.awaitPhase(id, 1, "DONE");
        fleet.names().forEach(name -> {
            TestPostgres.Database target = fleet.database(name);
            assertThat(target.value(TRIGGERS)).isEqualTo("2");
            oldCode(target, ROWS + 1);
            newCode(target, ROWS + 2);
            assertThat(target.value(APART)).isEqualTo("0");
            assertThat(target.value("SELECT string_agg(username, ', ' ORDER BY id) FROM users WHERE id <= 2"))
                    .isEqualTo("renamed by old, renamed by new");
            assertThat(target.value("SELECT max(touched) FROM users")).as("times each row was changed").isEqualTo("1");
        });

        fleet.deployed("2.5.0", "live");
        fleet.backedUp();
        fleet.cross(rollout, 2);
        fleet.awaitState(id, "DONE");
        fleet.names().forEach(name -> {
            TestPostgres.Database target = fleet.database(name);
            assertThat(target.value(TRIGGERS)).isEqualTo("0");
            assertThat(target.value("SELECT count(*) FROM pg_proc WHERE proname LIKE 'zz_rubicon%'")).isEqualTo("0");
            assertThat(target.value("SELECT string_agg(step, ',' ORDER BY id) FROM rubicon.ledger")).endsWith(
                    "copy-username-dual-write,copy-username,copy-username-dual-write-end,drop-username");
            assertThat(target.value("SELECT count(*) FROM users WHERE display_name IS NULL")).isEqualTo("0");
        });
    }

    @Test
    void losesNothingWhenItIsRolledBack() {
        Fleet fleet = new Fleet(api, "dualback", 1, ROWS);
        fleet.submit(plan(fleet));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        fleet.approve(rollout, 0).expect(201);
        fleet.approve(rollout, 1).expect(201);
        fleet.awaitPhase(id, 1, "DONE");
        TestPostgres.Database target = fleet.database(fleet.names().getFirst());
        newCode(target, ROWS + 1);

        api.as("operator").post("/rollouts/" + id + "/rollback", Map.of("toPhase", 0, "reason", "not now")).expect(202);
        fleet.awaitState(id, "ROLLED_BACK");
        assertThat(target.value(TRIGGERS)).isEqualTo("0");
        assertThat(target.value("SELECT string_agg(username, ', ' ORDER BY id) FROM users WHERE id IN (2, "
                + (ROWS + 1) + ")")).isEqualTo("renamed by new, new" + (ROWS + 1));
        assertThat(target.value("SELECT count(*) FROM information_schema.columns"
                + " WHERE table_name = 'users' AND column_name = 'display_name'")).isEqualTo("0");
    }
}
