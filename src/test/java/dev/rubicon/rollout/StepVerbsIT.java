package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What operators ask of single steps, and what is observed for each request. */
@RubiconTest
class StepVerbsIT {

    private static final Map<String, Object> REASON = Map.of("reason", "done by hand");

    @Autowired
    private Api api;

    @Autowired
    private RolloutEvents events;

    /** A plan of two steps in one phase; the second adds a column. */
    private static String twoSteps(String plan, String first) {
        return """
                plan: %s
                title: Two steps
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - { step: first, %s }
                      - step: second
                        sql: ALTER TABLE users ADD COLUMN second int;
                        rollback: { sql: ALTER TABLE users DROP COLUMN second, dataLoss: new-writes }
                """.formatted(plan, first);
    }

    private static final String FIRST_IS_THERE = "ALTER TABLE users ADD COLUMN first int";
    private static final String COLUMN = "sql: 'ALTER TABLE users ADD COLUMN first int', "
            + "rollback: { sql: ALTER TABLE users DROP COLUMN first, dataLoss: new-writes }";
    private static final String LONG = "sql: 'SELECT pg_sleep(%s) FROM users LIMIT 1', "
            + "rollback: { nothing: it changes nothing, dataLoss: none }";
    private static final String BACKFILL = "backfill: { table: users, set: { touched: '1' }, where: touched = 0 }, "
            + "rollback: { nothing: derived, dataLoss: none }";

    /** One rollout of such a plan on one target. */
    private final class Run {
        private final Fleet fleet;
        private final long id;
        private final String target;

        /** @param before what is done to the database before the plan comes */
        Run(String tag, String first, String... before) {
            fleet = new Fleet(api, tag, 1, 2_000);
            target = tag + "-0";
            fleet.database(target).run(before);
            fleet.submit(twoSteps(fleet.plan(), first));
            JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
            id = rollout.path("id").asLong();
            if (first.equals(BACKFILL)) {
                fleet.speed(id, 0);
            }
            fleet.approve(rollout, 0).expect(201);
        }

        Api.Answer step(String step, String verb, Map<String, Object> body) {
            return api.as("operator").post("/rollouts/%d/runs/%s/steps/%s/%s".formatted(id, target, step, verb), body);
        }

        Api.Answer run(String verb) {
            return api.as("operator").post("/rollouts/%d/runs/%s/%s".formatted(id, target, verb), Map.of());
        }

        JsonNode newest() {
            JsonNode runs = api.as("author").get("/rollouts/%d/runs/%s".formatted(id, target)).expect(200).body();
            return runs.path(runs.size() - 1);
        }

        /** Outcome and observation of the newest request, once there is one. */
        JsonNode observed() {
            fleet.await(id, "an observation", seen -> !seen.at("/targets/0/request/outcome").isNull());
            return fleet.rollout(id).at("/targets/0/request");
        }

        void awaitRun(String state) {
            fleet.await(id, "a run " + state, seen -> seen.at("/targets/0/phases/0/state").asString("").equals(state));
        }

        void awaitSleep() {
            org.awaitility.Awaitility.await().until(() -> "1".equals(fleet.database(target).value(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' "
                            + "AND datname = current_database()")));
        }

        List<String> ledger() {
            return fleet.database(target).jdbc()
                    .sql("SELECT step || ' ' || direction || coalesce(' ' || note, '') FROM rubicon.ledger ORDER BY id")
                    .query((row, number) -> row.getString(1)).list();
        }
    }

    @Test
    void saysOfAStepWhosePhaseWaitsThatItHasNotBegun() {
        Fleet fleet = new Fleet(api, "notbegun", 1, 10);
        fleet.submit(fleet.renameUsername());
        String steps = "/rollouts/%d/runs/notbegun-0/steps/"
                .formatted(fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong());

        assertThat(api.as("operator").post(steps + "drop-username/skip", REASON).expect(409).body().path("detail")
                .asString()).contains("Step drop-username has not begun on notbegun-0");
        api.as("operator").post(steps + "nowhere/skip", REASON).expect(404);
    }

    @Test
    void skipsAFailedStepAndSaysWhoAndWhyInTheLedger() {
        Run run = new Run("skipfail", COLUMN, FIRST_IS_THERE);
        run.fleet.awaitState(run.id, "FAILED");
        assertThat(run.step("first", "skip", Map.of("reason", " ")).expect(422).body().at("/violations/0/pointer")
                .asString()).isEqualTo("/reason");
        api.as("approver").post("/rollouts/%d/runs/%s/steps/first/skip".formatted(run.id, run.target), REASON)
                .expect(403);

        run.step("first", "skip", REASON).expect(202);
        run.fleet.awaitState(run.id, "DONE");
        assertThat(run.ledger()).containsExactly("first skip operator: done by hand", "second forward");
        assertThat(run.newest().at("/steps/0/state").asString()).isEqualTo("SKIPPED");
        assertThat(run.newest().at("/steps/0/result/message").asString()).contains("operator", "done by hand");
        assertThat(run.newest().at("/requests/0/verb").asString()).isEqualTo("skip");
        assertThat(run.newest().at("/requests/0/outcome").asString()).isEqualTo("done");
        assertThat(events.after(run.id, 0, 200)).extracting(RolloutEvents.Event::type).contains("step.skip-requested");

        assertThat(run.step("first", "skip", REASON).expect(202).body().at("/targets/0/request/outcome").asString())
                .isEqualTo("too-late");
        api.as("operator").post("/rollouts/" + run.id + "/rollback", Map.of("toPhase", 0, "reason", "x")).expect(202);
        run.fleet.awaitState(run.id, "ROLLED_BACK");
        assertThat(run.ledger()).last().isEqualTo("second rollback");
        assertThat(run.fleet.database(run.target).value("SELECT count(*) FROM information_schema.columns "
                + "WHERE table_name = 'users' AND column_name = 'first'")).isEqualTo("1");
    }

    @Test
    void skipsAStepThatIsNotYetBegun() {
        Run run = new Run("skiplater", BACKFILL);
        run.awaitRun("RUNNING");
        run.step("second", "skip", REASON).expect(202);
        run.step("second", "skip", REASON).expect(202);
        run.fleet.await(run.id, "a step at work",
                seen -> run.newest().at("/steps/0/state").asString().equals("RUNNING"));
        run.step("first", "skip", REASON).expect(409);

        run.fleet.speed(run.id, 1);
        run.fleet.awaitState(run.id, "DONE");
        assertThat(run.ledger()).containsExactly("first forward", "second skip operator: done by hand");
    }

    @Test
    void cancelsARunningStepAndRests() {
        Run run = new Run("cancelstep", LONG.formatted("60"));
        run.awaitSleep();
        run.step("first", "cancel", Map.of("reason", "too long")).expect(202);
        run.step("first", "cancel", Map.of()).expect(202);
        run.awaitRun("PAUSED");

        // the second is the first once more, or came when the step had ended
        assertThat(run.observed().path("outcome").asString()).isIn("done", "too-late");
        JsonNode request = run.newest().at("/requests/0");
        assertThat(request.path("outcome").asString()).isEqualTo("done");
        assertThat(request.path("by").asString()).isEqualTo("operator");
        assertThat(request.path("reason").asString()).isEqualTo("too long");
        assertThat(request.path("seenBy").asString()).isNotEmpty();
        assertThat(request.path("sentTo").asInt()).isPositive();
        assertThat(request.path("observed").asString()).contains("rolled back").contains("while it ran");
        run.step("first", "skip", REASON).expect(202);
        run.run("resume").expect(202);
        run.fleet.awaitState(run.id, "DONE");
        assertThat(run.ledger()).containsExactly("first skip operator: done by hand", "second forward");
    }

    @Test
    void tellsWhatBecameOfACancelledStatement() {
        Run run = new Run("cancelrun", LONG.formatted("60"));
        run.awaitSleep();
        run.run("cancel").expect(202);
        run.awaitRun("CANCELLED");

        assertThat(run.observed().path("outcome").asString()).isEqualTo("done");
        assertThat(run.observed().path("observed").asString()).contains("rolled back");
        assertThat(run.ledger()).isEmpty();
    }

    @Test
    void pausesALongStatementWhenItEnds() {
        Run run = new Run("pauselong", LONG.formatted("12"));
        run.awaitSleep();
        run.run("pause").expect(202);
        run.run("pause").expect(202);
        run.awaitRun("PAUSED");

        assertThat(run.observed().path("observed").asString()).contains("first ran to its end", "second was not begun");
        assertThat(run.newest().path("requests")).hasSize(1);
        assertThat(run.ledger()).containsExactly("first forward");
        run.run("resume").expect(202);
        run.run("resume").expect(202);
        run.fleet.awaitState(run.id, "DONE");
    }

    @Test
    void saysThatARolloutPausesBeforeItIsPaused() {
        Run run = new Run("pausing", LONG.formatted("12"));
        run.awaitSleep();
        JsonNode pausing = api.as("operator").post("/rollouts/" + run.id + "/pause", Map.of()).expect(202).body();
        assertThat(pausing.path("state").asString()).isEqualTo("PAUSING");
        assertThat(pausing.path("note").asString()).isEqualTo("Pausing, asked by operator");
        assertThat(run.fleet.awaitState(run.id, "PAUSED").path("note").asString()).isEqualTo("Paused by operator");
        assertThat(api.as("operator").post("/rollouts/" + run.id + "/cancel", Map.of()).expect(202).body().path("note")
                .asString()).isEqualTo("Cancelled by operator");
    }

    @Test
    void pausesBeforeAStep() {
        Run run = new Run("before", BACKFILL);
        run.awaitRun("RUNNING");
        run.step("second", "pause", Map.of()).expect(202);
        run.fleet.speed(run.id, 1);
        run.awaitRun("PAUSED");

        assertThat(run.observed().path("verb").asString()).isEqualTo("pause-before");
        assertThat(run.observed().path("observed").asString()).isEqualTo("stopped before step second");
        assertThat(run.ledger()).containsExactly("first forward");
        run.run("resume").expect(202);
        run.fleet.awaitState(run.id, "DONE");
    }

    @Test
    void pausesABackfillBetweenTwoBatches() {
        Run run = new Run("between", BACKFILL);
        run.fleet.await(run.id, "a backfill at work",
                seen -> run.newest().at("/steps/0/progress/backfill/brake").asString("")
                        .equals("Stands still: its speed is set to 0"));
        run.step("first", "pause", Map.of()).expect(202);
        run.awaitRun("PAUSED");

        assertThat(run.observed().path("observed").asString()).contains("between two batches");
    }

    @Test
    void listsRowsThatWereSetAsideAndLetsThemStayWithAReason() {
        Run run = new Run("aside", BACKFILL);
        run.fleet.database(run.target).run(
                "ALTER TABLE users ADD CONSTRAINT two_stay CHECK (touched = 0 OR id NOT IN (7, 1200))");
        run.awaitRun("RUNNING");
        run.fleet.speed(run.id, 1);
        run.fleet.awaitState(run.id, "FAILED");
        String path = "/rollouts/%d/runs/%s/steps/%s/quarantine".formatted(run.id, run.target, "first");
        JsonNode page = api.as("author").get(path + "?limit=1").expect(200).body();
        JsonNode row = page.at("/items/0");
        assertThat(row.path("relation").asString()).isEqualTo("users");
        assertThat(row.path("error").asString()).contains("two_stay");
        assertThat(row.path("sqlState").asString()).isEqualTo("23514");
        assertThat(row.path("accepted").isNull()).isTrue();
        JsonNode rest = api.as("author").get(path + "?limit=1&cursor=" + page.path("next").asString()).expect(200)
                .body();
        assertThat(List.of(row.at("/key/0").asString(), rest.at("/items/0/key/0").asString()))
                .containsExactlyInAnyOrder("7", "1200");
        assertThat(rest.path("next").isNull()).isTrue();
        api.as("author").get(path.replace("first", "second")).expect(200);
        api.as("author").get(path.replace("first", "nowhere")).expect(404);

        api.as("approver").post(path.replace("quarantine", "accept"), REASON).expect(403);
        run.step("first", "accept", Map.of()).expect(422);
        run.step("first", "accept", REASON).expect(202);
        run.fleet.awaitState(run.id, "DONE");
        api.as("author").get(path).expect(200).body().path("items").forEach(
                one -> assertThat(one.path("accepted").asString()).contains("operator", "done by hand"));
        assertThat(events.after(run.id, 0, 200)).extracting(RolloutEvents.Event::type)
                .contains("step.accept-requested");
    }

    @Test
    void retriesAFailedStepOnceHoweverOftenItIsAsked() {
        Run run = new Run("retrystep", COLUMN, FIRST_IS_THERE);
        run.fleet.awaitState(run.id, "FAILED");
        run.step("second", "retry", Map.of()).expect(409);
        run.fleet.database(run.target).run("ALTER TABLE users DROP COLUMN first");

        run.step("first", "retry", Map.of()).expect(202);
        run.step("first", "retry", Map.of()).expect(202);
        run.fleet.awaitState(run.id, "DONE");
        assertThat(run.ledger()).containsExactly("first forward", "second forward");
        run.step("nowhere", "retry", Map.of()).expect(404);
    }

    @Test
    void saysToRequestsThatCameTooLateThatTheyDid() {
        Run run = new Run("toolate", COLUMN);
        run.fleet.awaitState(run.id, "DONE");
        for (String verb : List.of("pause", "resume", "cancel", "retry")) {
            JsonNode request = run.run(verb).expect(202).body().at("/targets/0/request");
            assertThat(request.path("verb").asString()).isEqualTo(verb);
            assertThat(request.path("outcome").asString()).isEqualTo("too-late");
            assertThat(request.path("observed").asString()).contains("the run is DONE");
        }
        for (String verb : List.of("pause", "cancel", "retry", "skip")) {
            assertThat(run.step("first", verb, REASON).expect(202).body().at("/targets/0/request/outcome").asString())
                    .isEqualTo("too-late");
        }
        assertThat(run.fleet.rollout(run.id).path("state").asString()).isEqualTo("DONE");
    }

    @Test
    void countsARollbackStepAsUndoneThatWasUndoneByHand() {
        Run run = new Run("backskip", COLUMN);
        run.fleet.awaitState(run.id, "DONE");
        run.fleet.database(run.target).run("ALTER TABLE users DROP COLUMN first");
        api.as("operator").post("/rollouts/" + run.id + "/rollback", Map.of("toPhase", 0, "reason", "x")).expect(202);
        run.fleet.awaitState(run.id, "ROLLBACK_FAILED");

        run.step("first", "skip", REASON).expect(202);
        run.fleet.awaitState(run.id, "ROLLED_BACK");
        assertThat(run.ledger()).containsExactly("first forward", "second forward", "second rollback",
                "first rollback operator: done by hand");
    }

    @Test
    void takesAwayInARollbackWhatAStepLeftThatNeverTookEffect() {
        Run run = new Run("leftover", "partitionedIndex: { table: events, name: events_id, columns: [id], "
                + "unique: true }, rollback: { sql: DROP INDEX events_id, dataLoss: none }",
                "CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id)",
                "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (100)",
                "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200)",
                "INSERT INTO events SELECT generate_series(1, 199)", "INSERT INTO events VALUES (150)");
        run.fleet.awaitState(run.id, "FAILED");
        String left = "SELECT count(*) FROM pg_class WHERE relname LIKE '%events_id'";
        assertThat(run.fleet.database(run.target).value(left)).isEqualTo("2");

        api.as("operator").post("/rollouts/" + run.id + "/rollback", Map.of("toPhase", 0, "reason", "x")).expect(202);
        run.fleet.awaitState(run.id, "ROLLED_BACK");
        assertThat(run.fleet.database(run.target).value(left)).isEqualTo("0");
        assertThat(run.newest().at("/steps/1/state").asString()).isEqualTo("SKIPPED");
        assertThat(run.newest().at("/steps/1/result/message").asString()).contains("events_id", "dropped");
        assertThat(run.ledger()).isEmpty();
    }

    @Test
    void overrulesAVerificationAndKeepsTheWayBack() {
        Run run = new Run("overrule", COLUMN + ", verify: [{ name: nobody is there, sql: SELECT count(*) FROM users, "
                + "expect: 0 }]");
        run.fleet.awaitState(run.id, "FAILED");
        run.step("first", "skip", REASON).expect(202);
        run.fleet.awaitState(run.id, "DONE");

        assertThat(run.ledger()).containsExactly("first forward", "second forward");
        JsonNode step = run.newest().at("/steps/0");
        assertThat(step.path("state").asString()).isEqualTo("SKIPPED");
        assertThat(step.at("/result/message").asString()).contains("operator", "done by hand");
        assertThat(step.at("/result/verifications/0/name").asString()).isEqualTo("nobody is there");
        assertThat(step.at("/result/verifications/0/holds").asBoolean()).isFalse();

        api.as("operator").post("/rollouts/" + run.id + "/rollback", Map.of("toPhase", 0, "reason", "x")).expect(202);
        run.fleet.awaitState(run.id, "ROLLED_BACK");
        assertThat(run.ledger()).endsWith("second rollback", "first rollback");
    }
}
