package dev.rubicon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The mission, told once from the first to the last page: every step through the API, on real databases. */
@RubiconTest
class StoryIT {

    @Autowired
    private Api api;

    @Test
    void carriesAPlanOverTheRiver() {
        Fleet fleet = new Fleet(api, "story", 3, 5_000);
        JsonNode revision = fleet.submit(fleet.renameUsername());
        assertThat(revision.at("/pointOfNoReturn/step").asString()).isEqualTo("drop-username");

        JsonNode rollout = fleet.open(fleet.plan(), Map.of("count", 1), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        assertThat(Api.blockers(rollout, 0)).containsExactly("approval");

        // expand: approved by somebody else, done wave by wave
        fleet.approve(rollout, 0).expect(201);
        rollout = fleet.awaitPhase(id, 0, "DONE");
        assertThat(Api.blockers(rollout, 1)).contains("approval", "deployment");
        fleet.names().forEach(name -> assertThat(fleet.database(name)
                .value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_display_name_idx'::regclass"))
                .isEqualTo("true"));

        // migrate: waits for the application that writes both columns, and for the end of the one that does not
        fleet.approve(rollout, 1).expect(201);
        fleet.deployed("2.3.9", "live");
        assertThat(Api.blockers(fleet.rollout(id), 1)).contains("deployment");
        fleet.deployed("2.4.1", "live");
        assertThat(Api.blockers(fleet.rollout(id), 1)).contains("absent").doesNotContain("deployment");
        fleet.deployed("2.3.9", "gone");
        rollout = fleet.awaitPhase(id, 1, "DONE");
        fleet.names().forEach(name -> {
            assertThat(fleet.database(name)
                    .value("SELECT count(*) FROM users WHERE display_name IS DISTINCT FROM username")).isEqualTo("0");
            assertThat(fleet.database(name).value("SELECT max(touched) FROM users")).as("times each row was changed")
                    .isEqualTo("1");
        });

        // contract: not without a backup, not by a plain approval
        assertThat(Api.blockers(rollout, 2)).contains("backup", "deployment", "approval");
        fleet.deployed("2.5.0", "live");
        fleet.deployed("2.4.1", "gone");
        assertThat(fleet.approve(rollout, 2).type()).endsWith("point-of-no-return");
        fleet.backedUp();
        fleet.cross(rollout, 2);
        fleet.awaitState(id, "DONE");
        fleet.names().forEach(name -> assertThat(fleet.database(name)
                .value("SELECT count(*) || '|' || count(DISTINCT step) FROM rubicon.ledger")).isEqualTo("4|4"));

        // and there is no way back
        assertThat(api.as("operator").post("/rollouts/" + id + "/rollback", Map.of("toPhase", 0, "reason", "late"))
                .expect(409).type()).endsWith("point-of-no-return");
    }

    @Test
    void takesBackWhatItDidBeforeTheRiver() {
        Fleet fleet = new Fleet(api, "undo", 2, 500);
        fleet.submit(fleet.renameUsername());
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        fleet.approve(rollout, 0).expect(201);
        fleet.approve(rollout, 1).expect(201);
        fleet.deployed("2.4.0", "live");
        fleet.awaitPhase(id, 1, "DONE");

        // the application that needs the new column is still live
        var back = Map.of("toPhase", 0, "reason", "the name is wrong");
        assertThat(api.as("operator").post("/rollouts/" + id + "/rollback", back).expect(409).type())
                .endsWith("not-reversible-now");
        fleet.deployed("2.4.0", "gone");
        JsonNode preview = api.as("operator").post("/rollouts/" + id + "/rollback?dryRun=true", back).expect(200)
                .body();
        assertThat(preview.path("steps").size()).isEqualTo(6);
        assertThat(preview.path("refusals").size()).isZero();

        api.as("operator").post("/rollouts/" + id + "/rollback", back).expect(202);
        fleet.awaitState(id, "ROLLED_BACK");
        fleet.names().forEach(name -> {
            assertThat(fleet.database(name).value(
                    "SELECT count(*) FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'display_name'"))
                    .isEqualTo("0");
            assertThat(fleet.database(name).value("SELECT to_regclass('users_display_name_idx')")).isNull();
        });
    }

    @Test
    void stopsAtAFailureAndGoesOnWhenItsCauseIsGone() {
        Fleet fleet = new Fleet(api, "retry", 2, 100);
        fleet.database("retry-0").run("ALTER TABLE users ADD COLUMN display_name int");
        fleet.submit(fleet.renameUsername());
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        fleet.approve(rollout, 0).expect(201);
        rollout = fleet.awaitState(id, "FAILED");
        assertThat(rollout.toString()).contains("already exists");
        assertThat(fleet.database("retry-1").value("SELECT count(*) FROM rubicon.ledger")).isEqualTo("2");

        fleet.database("retry-0").run("ALTER TABLE users DROP COLUMN display_name");
        api.as("operator").post("/rollouts/" + id + "/retry", Map.of()).expect(202);
        fleet.awaitPhase(id, 0, "DONE");
        assertThat(fleet.database("retry-0").value("SELECT count(*) FROM rubicon.ledger")).isEqualTo("2");
    }

    @Test
    void pausesABackfillAndResumesItWhereItStopped() {
        Fleet fleet = new Fleet(api, "pause", 1, 60_000);
        fleet.submit(fleet.renameUsername());
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        fleet.speed(id, 0.0);
        fleet.approve(rollout, 0).expect(201);
        fleet.approve(rollout, 1).expect(201);
        fleet.deployed("2.4.0", "live");
        fleet.awaitPhase(id, 1, "RUNNING");
        fleet.await(id, "a run at work", seen -> seen.at("/targets/0/phases/1/state").asString("").equals("RUNNING"));
        api.as("operator").post("/rollouts/" + id + "/pause", Map.of()).expect(202);
        fleet.awaitState(id, "PAUSED");
        assertThat(fleet.database("pause-0").value("SELECT count(*) FROM users WHERE display_name IS NULL"))
                .isNotEqualTo("0");

        fleet.speed(id, 1.0);
        api.as("operator").post("/rollouts/" + id + "/resume", Map.of()).expect(202);
        fleet.awaitPhase(id, 1, "DONE");
        assertThat(fleet.database("pause-0").value("SELECT min(touched) || '|' || max(touched) FROM users"))
                .isEqualTo("1|1");
    }

    @Test
    void queuesASecondRolloutBehindTheFirst() {
        Fleet fleet = new Fleet(api, "queue", 1, 60_000);
        fleet.submit(fleet.renameUsername());
        JsonNode first = fleet.open(fleet.plan(), Map.of("percent", 100));
        long firstId = first.path("id").asLong();
        fleet.speed(firstId, 0.0);
        fleet.approve(first, 0).expect(201);
        fleet.approve(first, 1).expect(201);
        fleet.deployed("2.4.0", "live");
        fleet.await(firstId, "a run at work",
                seen -> seen.at("/targets/0/phases/1/state").asString("").equals("RUNNING"));

        fleet.submit("""
                plan: second-queue
                title: Another change of the same database
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: add-nickname
                        sql: ALTER TABLE users ADD COLUMN nickname text;
                        rollback: { sql: ALTER TABLE users DROP COLUMN nickname;, dataLoss: new-writes }
                """);
        JsonNode second = fleet.open("second-queue", Map.of("percent", 100));
        fleet.approve(second, 0).expect(201);
        JsonNode waiting = fleet.await(second.path("id").asLong(), "a blocker",
                seen -> seen.at("/targets/0/blocker/type").asString("").equals("target-busy"));
        assertThat(waiting.at("/targets/0/blocker/message").asString()).contains("#" + firstId);

        fleet.speed(firstId, 1.0);
        fleet.awaitState(second.path("id").asLong(), "DONE");
    }
}
