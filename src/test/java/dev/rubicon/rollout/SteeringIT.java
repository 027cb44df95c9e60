package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What operators may ask of a rollout and of one of its targets, and when they are told that it cannot be. */
@RubiconTest
class SteeringIT {

    @Autowired
    private Api api;

    private Api.Answer operator(String path, Object body) {
        return api.as("operator").post(path, body);
    }

    private Api.Answer verb(long rollout, String verb) {
        return operator("/rollouts/" + rollout + "/" + verb, Map.of());
    }

    private Api.Answer verb(long rollout, String target, String verb) {
        return operator("/rollouts/" + rollout + "/runs/" + target + "/" + verb, Map.of("reason", "a test"));
    }

    private static String addColumn(String plan) {
        return """
                plan: %s
                title: Add a column
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: add-nickname
                        sql: ALTER TABLE users ADD COLUMN nickname text;
                        rollback:
                          sql: ALTER TABLE users DROP COLUMN nickname;
                          dataLoss: new-writes
                """.formatted(plan);
    }

    private long failedOnTheFirst(Fleet fleet) {
        fleet.database(fleet.names().getFirst()).run("ALTER TABLE users ADD COLUMN nickname int");
        fleet.submit(addColumn(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        fleet.approve(rollout, 0).expect(201);
        return fleet.awaitState(rollout.path("id").asLong(), "FAILED").path("id").asLong();
    }

    @Test
    void refusesVerbsThatTheStateOfARunDoesNotKnow() {
        Fleet fleet = new Fleet(api, "verbs", 2, 10);
        long id = failedOnTheFirst(fleet);

        verb(id, "verbs-0", "resume").expect(409);
        verb(id, "verbs-9", "retry").expect(404);
        verb(id, "verbs-0", "release").expect(202);
        assertThat(fleet.rollout(id).path("state").asString()).isEqualTo("FAILED");
    }

    @Test
    void retriesARunThatWasCancelled() {
        Fleet fleet = new Fleet(api, "again", 2, 10);
        long id = failedOnTheFirst(fleet);
        verb(id, "again-0", "cancel").expect(202);
        verb(id, "again-0", "cancel").expect(202);
        fleet.database("again-0").run("ALTER TABLE users DROP COLUMN nickname");

        verb(id, "retry").expect(202);
        fleet.awaitState(id, "DONE");
    }

    @Test
    void retriesACancelledRunOfOneTarget() {
        Fleet fleet = new Fleet(api, "oneagain", 2, 10);
        long id = failedOnTheFirst(fleet);
        verb(id, "oneagain-0", "cancel").expect(202);
        fleet.database("oneagain-0").run("ALTER TABLE users DROP COLUMN nickname");

        verb(id, "oneagain-0", "retry").expect(202);
        fleet.awaitState(id, "DONE");
    }

    @Test
    void leavesNoTargetOutOfWhatIsOver() {
        Fleet fleet = new Fleet(api, "over", 1, 10);
        fleet.submit(addColumn(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        verb(id, "cancel").expect(202);

        verb(id, "over-0", "skip").expect(409);
        operator("/rollouts/" + id + "/phases/0/start", Map.of()).expect(409);
        assertThat(fleet.rollout(id).at("/targets/0/state").asString()).isNotEqualTo("SKIPPED");
    }

    @Test
    void startsByHandOnlyWherePhasesStartByHand() {
        Fleet fleet = new Fleet(api, "byhand", 1, 10);
        fleet.submit(addColumn(fleet.plan()));
        long automatic = fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();
        operator("/rollouts/" + automatic + "/phases/0/start", Map.of()).expect(409);

        JsonNode manual = api.as("author").post("/rollouts", Map.of("plan", fleet.plan(), "revision", 1, "environment",
                "production", "targets", Map.of("names", fleet.names()), "startPhases", "manual")).expect(202).body();
        long id = manual.path("id").asLong();
        fleet.approve(manual, 0).expect(201);
        assertThat(Api.blockers(fleet.rollout(id), 0)).containsExactly("start");
        operator("/rollouts/" + id + "/phases/0/start", Map.of()).expect(202);
        fleet.awaitState(id, "DONE");
    }

    @Test
    void keepsAPausedRolloutPausedUntilItIsResumedAndCancelsIt() {
        Fleet fleet = new Fleet(api, "still", 1, 60_000);
        fleet.submit(fleet.renameUsername());
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        api.as("operator").with("If-Match", "*").patch("/rollouts/" + id + "/speed", Map.of("speed", 0.0)).expect(200);
        fleet.approve(rollout, 0).expect(201);
        fleet.approve(rollout, 1).expect(201);
        fleet.deployed("2.4.0", "live");
        fleet.await(id, "a run at work", seen -> seen.at("/targets/0/phases/1/state").asString("").equals("RUNNING"));
        verb(id, "pause").expect(202);
        fleet.awaitState(id, "PAUSED");

        verb(id, "still-0", "resume").expect(409);
        verb(id, "still-0", "retry").expect(409);
        verb(id, "cancel").expect(202);
        fleet.awaitState(id, "CANCELLED");
    }

    @Test
    void goesOnWithAFailedRollbackTargetByTarget() {
        Fleet fleet = new Fleet(api, "wayback", 2, 10);
        long id = rollbackFailed(fleet);

        fleet.names().forEach(name -> {
            bringBack(fleet, name);
            verb(id, name, "retry").expect(202);
        });
        fleet.awaitState(id, "ROLLED_BACK");
    }

    @Test
    void rollsBackAgainWhereARollbackFailed() {
        Fleet fleet = new Fleet(api, "backagain", 2, 10);
        long id = rollbackFailed(fleet);
        fleet.names().forEach(name -> bringBack(fleet, name));

        operator("/rollouts/" + id + "/rollback", Map.of("toPhase", 0, "reason", "once more")).expect(202);
        fleet.awaitState(id, "ROLLED_BACK");
    }

    private static void bringBack(Fleet fleet, String name) {
        fleet.database(name).run("ALTER TABLE users RENAME COLUMN nick TO nickname");
    }

    /** Somebody renames the plan's column by hand, so that its rollback finds nothing to drop. */
    private long rollbackFailed(Fleet fleet) {
        fleet.submit(addColumn(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        fleet.approve(rollout, 0).expect(201);
        fleet.awaitState(id, "DONE");
        fleet.names().forEach(
                name -> fleet.database(name).run("ALTER TABLE users RENAME COLUMN nickname TO nick"));
        operator("/rollouts/" + id + "/rollback", Map.of("toPhase", 0, "reason", "not wanted")).expect(202);
        fleet.awaitState(id, "ROLLBACK_FAILED");
        return id;
    }

    @Test
    void refusesToRollBackTargetsThatAreNotItsOwn() {
        Fleet fleet = new Fleet(api, "own", 1, 10);
        fleet.submit(addColumn(fleet.plan()));
        long id = fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();

        operator("/rollouts/" + id + "/rollback",
                Map.of("toPhase", 0, "reason", "x", "targets", List.of("somebody-elses"))).expect(422);
        assertThat(fleet.rollout(id).path("state").asString()).isEqualTo("WAITING");
    }

    @Test
    void tellsThatATargetIsGoneThatIsToBeRolledBack() {
        Fleet fleet = new Fleet(api, "gone", 1, 10);
        fleet.submit(addColumn(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        fleet.approve(rollout, 0).expect(201);
        fleet.awaitState(id, "DONE");
        api.as("admin").with("If-Match", "*").delete("/targets/gone-0").expect(204);

        Map<String, Object> back = Map.of("toPhase", 0, "reason", "x");
        assertThat(operator("/rollouts/" + id + "/rollback?dryRun=true", back).expect(200).body().at("/refusals/0")
                .asString()).contains("gone-0", "no longer registered");
        operator("/rollouts/" + id + "/rollback", back).expect(409);
    }

    @Test
    void opensNothingOnATargetWhosePasswordCannotBeHad() {
        Fleet fleet = new Fleet(api, "nopass", 1, 10);
        fleet.submit(addColumn(fleet.plan()));
        api.as("admin").post("/targets", Map.of("name", "nopass-ref", "engine", "postgresql", "environment",
                "production", "url", fleet.database("nopass-0").url(), "username", "u", "passwordRef",
                "env:RUBICON_TARGET_NOBODY_SETS_THIS")).expect(201);

        assertThat(api.as("author").post("/rollouts", Map.of("plan", fleet.plan(), "revision", 1, "environment",
                "production", "targets", Map.of("names", List.of("nopass-ref")))).expect(422).body().path("detail")
                .asString()).contains("nopass-ref", "RUBICON_TARGET_NOBODY_SETS_THIS");
    }

    @Test
    void tellsTheStateOfATargetsCheckInOneWord() {
        Fleet fleet = new Fleet(api, "checked", 1, 10);
        String fresh = api.as("admin").post("/targets/checked-0/checks", Map.of()).expect(200).body()
                .at("/items/0/state").asString();
        assertThat(api.as("admin").get("/targets/checked-0").body().at("/lastCheck/items/0/state").asString())
                .isEqualTo(fresh).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/targets/names", "/waves"})
    void refusesGapsInLists(String pointer) {
        List<Object> gap = Arrays.asList((Object) null);
        Map<String, Object> order = Map.of("plan", "any", "revision", 1, "environment", "production", "targets",
                Map.of("names", pointer.equals("/waves") ? List.of("any") : gap), "waves",
                pointer.equals("/waves") ? gap : List.of());
        assertThat(api.as("author").post("/rollouts", order).expect(422).body().at("/violations/0/pointer").asString())
                .isEqualTo(pointer + "/0");
    }

    @Test
    void answersInTheWordsOfTheApi() {
        Fleet fleet = new Fleet(api, "words", 1, 10);
        fleet.submit(addColumn(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        long id = rollout.path("id").asLong();
        assertThat(fleet.approve(rollout, 0).expect(201).body().at("/phases/0/approvals/0/decision").asString())
                .isEqualTo("approve");
        rollout = fleet.awaitState(id, "DONE");
        assertThat(rollout.at("/phases/0/risk").asString()).isIn("low", "medium", "high");
        assertThat(api.as("author").get("/rollouts/" + id + "/runs/words-0").expect(200).body().at("/0/direction")
                .asString()).isEqualTo("forward");
        assertThat(operator("/rollouts/" + id + "/rollback?dryRun=true", Map.of("toPhase", 0, "reason", "x"))
                .expect(200).body().at("/losses/0/dataLoss").asString()).isEqualTo("new-writes");
    }

    @Test
    void tellsWhatMovedAlsoToThoseWhoKnowTheVersion() {
        Fleet fleet = new Fleet(api, "fresh", 1, 10);
        fleet.submit(fleet.renameUsername());
        long id = fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();
        String etag = api.as("author").get("/rollouts/" + id).headers().firstValue("ETag").orElseThrow();

        fleet.deployed("2.3.0", "live");
        assertThat(api.as("author").with("If-None-Match", etag).get("/rollouts/" + id).expect(200).body().toString())
                .contains("2.3.0");
    }
}
