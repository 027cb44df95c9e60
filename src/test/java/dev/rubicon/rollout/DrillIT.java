package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.registry.Environments;
import dev.rubicon.rehearsal.Drills;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.SettableClock;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The way back of rollouts, drilled on shadows of what their targets have become. */
@RubiconTest
class DrillIT {

    private static final TestPostgres.Database SERVER = TestPostgres.database();
    private static final Duration LONG = Duration.ofSeconds(240);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @DynamicPropertySource
    static void serverForShadows(DynamicPropertyRegistry registry) {
        registry.add("rubicon.rehearsal.url", SERVER::url);
        registry.add("rubicon.rehearsal.username", SERVER::user);
        registry.add("rubicon.rehearsal.password", SERVER::password);
    }

    @Autowired
    private Api api;

    @Autowired
    private RolloutRows rows;

    @Autowired
    private WaysBackDrilled ways;

    @Autowired
    private Drills drills;

    @Autowired
    private Environments environments;

    @Autowired
    private JdbcClient jdbc;

    @AfterEach
    void leavesNoShadowBehind() {
        await("the end of all shadows").atMost(LONG).untilAsserted(() -> assertThat(SERVER.jdbc().sql("""
                SELECT datname FROM pg_database WHERE datname LIKE 'rubicon_shadow%'
                UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 'rubicon_shadow%'""").query(String.class).list())
                .isEmpty());
    }

    /** Done in one phase, with a second one that waits for a person. */
    private long half(Fleet fleet, String forward, String rollback) {
        fleet.submit("""
                plan: %s
                title: Half of the way
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: only
                        sql: "%s"
                        rollback: { sql: "%s", dataLoss: none }
                  - phase: expand
                    after: { manual: [ { name: go, because: somebody looks } ] }
                    steps:
                      - step: later
                        sql: ALTER TABLE users ADD COLUMN later int
                        rollback: { sql: ALTER TABLE users DROP COLUMN later, dataLoss: none }
                """.formatted(fleet.plan(), forward, rollback));
        JsonNode opened = fleet.open(fleet.plan());
        fleet.approve(opened, 0).expect(201);
        long id = opened.path("id").asLong();
        fleet.awaitPhase(id, 0, "DONE");
        awaitRead(fleet);
        return id;
    }

    /** What others change before that would count as what the run left. */
    private void awaitRead(Fleet fleet) {
        fleet.names().forEach(target -> await("what the run left on " + target).atMost(LONG)
                .until(() -> jdbc.sql("SELECT count(*) FROM baseline_due WHERE target = ?").param(target)
                        .query(Long.class).single() == 0));
    }

    private JsonNode drilled(long rollout, String target) {
        JsonNode begun = api.as("operator").post("/rollouts/" + rollout + "/drills", Map.of("target", target))
                .expect(202).body();
        return ended(begun.path("id").asLong());
    }

    private JsonNode ended(long drill) {
        JsonNode[] last = new JsonNode[1];
        await("the end of drill " + drill).atMost(LONG).until(() -> {
            last[0] = api.as("author").get("/rehearsals/" + drill).expect(200).body();
            return !last[0].path("endedAt").isNull();
        });
        return last[0];
    }

    private JsonNode way(long rollout, int index) {
        return api.as("author").get("/rollouts/" + rollout + "/drills").expect(200).body().at("/items/" + index);
    }

    private static List<String> ways(JsonNode drill) {
        List<String> ways = new ArrayList<>();
        drill.at("/report/legs").forEach(leg -> ways.add(leg.path("way").asString() + " " + leg.path("phase").asInt()));
        return ways;
    }

    private void drills(String setting) {
        Api admin = api.as("admin");
        Api.Answer production = admin.get("/environments/production").expect(200);
        ObjectNode body = JSON.createObjectNode();
        body.put("position", production.body().path("position").asInt());
        body.set("policy", ((ObjectNode) production.body().path("policy")).set("drills", JSON.readTree(setting)));
        admin.with("If-Match", production.headers().firstValue("ETag").orElseThrow())
                .put("/environments/production", body).expect(200);
    }

    @Test
    void goesBackAndUpAgainFromWhatTheTargetIsNow() {
        Fleet fleet = new Fleet(api, "drlok", 1, 20);
        fleet.submit(fleet.renameUsername());
        JsonNode opened = fleet.open(fleet.plan());
        long id = opened.path("id").asLong();
        assertThat(way(id, 0).isMissingNode()).as("nothing is done yet").isTrue();
        api.as("operator").post("/rollouts/" + id + "/drills", Map.of()).expect(409);
        fleet.approve(opened, 0).expect(201);
        fleet.awaitPhase(id, 0, "DONE");
        fleet.deployed("2.4.0", "live");
        fleet.approve(fleet.rollout(id), 1).expect(201);
        fleet.awaitPhase(id, 1, "DONE");
        awaitRead(fleet);
        TestPostgres.Database target = fleet.database("drlok-0");
        target.run("CREATE INDEX of_others ON users (touched)",
                "CREATE INDEX on_its_work ON users (lower(display_name))");
        String ledger = target.value("SELECT count(*) FROM rubicon.ledger");
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("UNDRILLED");

        JsonNode seen = drilled(id, "drlok-0");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        assertThat(seen.path("kind").asString()).isEqualTo("drill");
        assertThat(seen.path("rollout").asLong()).isEqualTo(id);
        assertThat(seen.path("evidence").asBoolean()).isFalse();
        assertThat(ways(seen)).containsExactly("down 1", "down 0", "up again 0", "up again 1");
        assertThat(seen.at("/report/legs/1/steps/0/state").asString()).isEqualTo("DONE");
        assertThat(seen.at("/report/notes").toString()).contains("takes along", "on_its_work")
                .doesNotContain("of_others", "is not known");
        assertThat(target.value("SELECT count(*) FROM rubicon.ledger")).isEqualTo(ledger);
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("INTACT");
        assertThat(way(id, 0).path("millis").asLong()).isPositive();
        assertThat(fleet.rollout(id).at("/phases/2/evidence").isNull()).as("a drill is no evidence").isTrue();

        target.run("DROP INDEX on_its_work");
        fleet.look("drlok-0");
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("STALE");
        assertThat(way(id, 0).path("words").asString()).contains("The schema of drlok-0 has changed since");
    }

    @Test
    void tellsWhoStandsInTheWayBack() {
        Fleet fleet = new Fleet(api, "drlred", 1, 5);
        long id = half(fleet, "ALTER TABLE users ADD COLUMN city text", "ALTER TABLE users DROP COLUMN city");
        assertThat(drilled(id, "drlred-0").path("state").asString()).isEqualTo("PASSED");
        fleet.database("drlred-0").run("CREATE VIEW cities AS SELECT DISTINCT city FROM users");

        JsonNode seen = drilled(id, "drlred-0");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("FAILED");
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("BROKEN");
        assertThat(way(id, 0).path("words").asString()).contains("Going back", "step only", "view cities");
        String inbox = api.as("operator").get("/me/inbox").expect(200).body().path("needsAttention").toString();
        assertThat(inbox).contains("The way back on drlred-0 is broken", "view cities");
        assertThat(api.as("admin").get("/audit?limit=50").expect(200).body().toString()).contains("drill.ended",
                "view cities");
        assertThat(fleet.database("drlred-0").value("SELECT count(*) FROM information_schema.columns"
                + " WHERE table_name = 'users' AND column_name = 'city'")).as("the target is only read").isEqualTo("1");

        fleet.database("drlred-0").run("DROP VIEW cities");
        assertThat(drilled(id, "drlred-0").path("state").asString()).isEqualTo("PASSED");
        assertThat(api.as("operator").get("/me/inbox").expect(200).body().path("needsAttention").toString())
                .doesNotContain("drlred-0");
    }

    @Test
    void namesWhatDoesNotComeBack() {
        Fleet fleet = new Fleet(api, "drldiff", 1, 5);
        TestPostgres.Database target = fleet.database("drldiff-0");
        target.run("CREATE INDEX by_name ON users (username)");
        long id = half(fleet, "ALTER INDEX by_name RENAME TO by_handle", "ALTER INDEX by_handle RENAME TO by_name");
        target.run("DROP INDEX by_handle", "CREATE INDEX by_handle ON users (touched)");

        JsonNode seen = drilled(id, "drldiff-0");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("DIFFERS");
        assertThat(seen.at("/report/wayBack/schema")).hasSize(1);
        assertThat(seen.at("/report/wayBack/schema/0/object").asString()).isEqualTo("index public.by_name");
        assertThat(seen.at("/report/wayBack/schema/0/diff").asString()).contains("(username)", "(touched)");
        assertThat(way(id, 0).path("words").asString()).contains("index public.by_name is changed");
    }

    @Test
    void namesWhatAStepMadeAndTheWayBackForgot() {
        Fleet fleet = new Fleet(api, "drlleft", 1, 5);
        long id = half(fleet,
                "CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY); ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city");

        JsonNode seen = drilled(id, "drlleft-0");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("DIFFERS");
        assertThat(seen.at("/report/wayBack/schema")).hasSize(1);
        assertThat(seen.at("/report/wayBack/schema/0/object").asString()).isEqualTo("table public.kept");
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("BROKEN");
        assertThat(way(id, 0).path("words").asString()).contains("table public.kept is added");

        jdbc.sql("DELETE FROM schema_snapshot WHERE target = 'drlleft-0' AND why = 'AFTER_RUN'").update();
        JsonNode unknown = drilled(id, "drlleft-0");
        assertThat(unknown.path("state").asString()).as(unknown.toPrettyString()).isEqualTo("BROKEN");
        assertThat(unknown.path("message").asString()).contains("What phase 1 left on the target is not known here");
    }

    @Test
    void leavesAloneWhatOthersChangedBesideThePlan() {
        Fleet fleet = new Fleet(api, "drlbeside", 1, 5);
        long id = half(fleet, "ALTER TABLE users ADD COLUMN city text", "ALTER TABLE users DROP COLUMN city");
        fleet.database("drlbeside-0").run("ALTER TABLE users ALTER COLUMN touched TYPE bigint",
                "ALTER TABLE users ADD COLUMN theirs int", "CREATE TABLE other (id int)");

        JsonNode seen = drilled(id, "drlbeside-0");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        assertThat(seen.at("/report/notes").toString()).doesNotContain("public.", "is not known");
    }

    @Test
    void goesUpAgainOnlyAsFarAsACancelledPhaseHadCome() {
        Fleet fleet = new Fleet(api, "drlcut", 1, 5);
        fleet.submit("""
                plan: %s
                title: Cut short
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: base
                        sql: ALTER TABLE users ADD COLUMN base int
                        rollback: { sql: ALTER TABLE users DROP COLUMN base, dataLoss: none }
                  - phase: expand
                    steps:
                      - step: one
                        sql: ALTER TABLE users ADD COLUMN one int
                        rollback: { sql: ALTER TABLE users DROP COLUMN one, dataLoss: none }
                      - step: never
                        sql: ALTER TABLE nowhere ADD COLUMN never int
                        rollback: { sql: ALTER TABLE nowhere DROP COLUMN never, dataLoss: none }
                """.formatted(fleet.plan()));
        JsonNode opened = fleet.open(fleet.plan());
        long id = opened.path("id").asLong();
        fleet.approve(opened, 0).expect(201);
        fleet.awaitPhase(id, 0, "DONE");
        fleet.approve(fleet.rollout(id), 1).expect(201);
        fleet.awaitPhase(id, 1, "FAILED");
        api.as("operator").post("/rollouts/" + id + "/cancel", Map.of()).expect(202);
        fleet.awaitState(id, "CANCELLED");

        JsonNode seen = drilled(id, "drlcut-0");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        assertThat(ways(seen)).containsExactly("down 1", "down 0", "up again 0", "up again 1");
        assertThat(seen.at("/report/legs/3/state").asString()).isEqualTo("PAUSED");
        assertThat(seen.at("/report/legs/3/steps/0/state").asString()).isEqualTo("DONE");
        assertThat(seen.at("/report/legs/3/steps/1/state").asString()).isEqualTo("QUEUED");
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("INTACT");
    }

    @Test
    void provesNothingWhenUpAgainFailsBehindAWayBackThatHolds() {
        Fleet fleet = new Fleet(api, "drlup", 1, 5);
        TestPostgres.Database target = fleet.database("drlup-0");
        target.run("CREATE TABLE base (id int)");
        long id = half(fleet, "CREATE VIEW seen AS SELECT * FROM base", "DROP VIEW seen");
        target.run("CREATE TABLE moved (id int)", "CREATE OR REPLACE VIEW seen AS SELECT * FROM moved",
                "DROP TABLE base");

        JsonNode seen = drilled(id, "drlup-0");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("BROKEN");
        assertThat(seen.at("/report/failure/way").asString()).isEqualTo("up again");
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("UNPROVEN");
        assertThat(way(id, 0).path("words").asString()).contains("Going up again, step only", "base");
        assertThat(api.as("operator").get("/me/inbox").expect(200).body().path("needsAttention").toString())
                .doesNotContain("drlup-0");
    }

    @Test
    void provesNothingWhereNothingIsKnownAndTakesNoAlarmBack() {
        Fleet fleet = new Fleet(api, "drlunk", 1, 5);
        long id = half(fleet, "ALTER TABLE users ADD COLUMN city text", "ALTER TABLE users DROP COLUMN city");
        jdbc.sql("DELETE FROM schema_snapshot WHERE target = 'drlunk-0'").update();

        JsonNode first = drilled(id, "drlunk-0");

        assertThat(first.path("state").asString()).as(first.toPrettyString()).isEqualTo("BROKEN");
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("UNPROVEN");
        assertThat(way(id, 0).path("words").asString()).contains("before phase 1 is not known here");

        fleet.database("drlunk-0").run("CREATE VIEW cities AS SELECT DISTINCT city FROM users");
        long broken = drilled(id, "drlunk-0").path("id").asLong();
        fleet.database("drlunk-0").run("DROP VIEW cities");
        assertThat(drilled(id, "drlunk-0").path("state").asString()).isEqualTo("BROKEN");

        assertThat(way(id, 0).path("stand").asString()).isEqualTo("BROKEN");
        assertThat(way(id, 0).path("drill").asLong()).isEqualTo(broken);
        assertThat(way(id, 0).path("notes").toString()).contains("showed nothing", "is not known here");
        assertThat(api.as("operator").get("/me/inbox").expect(200).body().path("needsAttention").toString())
                .contains("The way back on drlunk-0 is broken");
    }

    @Test
    void saysThatThereIsNoWayBackWhereAllWasLeftOut() {
        Fleet fleet = new Fleet(api, "drlskip", 1, 5);
        fleet.submit("""
                plan: %s
                title: Left out
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: only
                        sql: ALTER TABLE nowhere ADD COLUMN never int
                        rollback: { sql: ALTER TABLE nowhere DROP COLUMN never, dataLoss: none }
                """.formatted(fleet.plan()));
        JsonNode opened = fleet.open(fleet.plan());
        long id = opened.path("id").asLong();
        fleet.approve(opened, 0).expect(201);
        fleet.awaitPhase(id, 0, "FAILED");
        api.as("operator").post("/rollouts/" + id + "/runs/drlskip-0/steps/only/skip", Map.of("reason", "not here"))
                .expect(202);
        fleet.awaitPhase(id, 0, "DONE");

        JsonNode seen = drilled(id, "drlskip-0");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("BROKEN");
        assertThat(seen.path("message").asString()).contains("there is no way back to drill");
    }

    @Test
    void comesByTheClockAndOneAtATimeUnlessTheEnvironmentSaysOtherwise() throws SQLException {
        Fleet fleet = new Fleet(api, "drlclock", 2, 5);
        long id = half(fleet, "ALTER TABLE users ADD COLUMN city text", "ALTER TABLE users DROP COLUMN city");
        SettableClock clock = new SettableClock(Instant.now());
        DrillRounds rounds = new DrillRounds(rows, ways, drills, environments, clock);
        rounds.goRound();
        assertThat(drills.of(id)).as("it was just rolled out").isEmpty();

        clock.set(Instant.now().plus(Duration.ofHours(25)));
        drills("{ \"on\": false }");
        try {
            rounds.goRound();
            assertThat(drills.of(id)).as("the environment has none").isEmpty();
        } finally {
            drills("null");
        }
        try (Connection noShadows = DriverManager.getConnection(SERVER.url(), SERVER.user(), SERVER.password())) {
            // until then no database can be made there, so that the first drill does not end too early
            noShadows.setAutoCommit(false);
            noShadows.createStatement().execute("LOCK TABLE pg_catalog.pg_database IN SHARE MODE");
            rounds.goRound();
            rounds.goRound();
            assertThat(drills.of(id)).as("the second target waits for the first").hasSize(1);
            api.as("operator").post("/rollouts/" + id + "/drills", Map.of("target", "drlclock-1")).expect(409);
        }
        assertThat(ended(drills.of(id).getFirst().id()).path("askedBy").asString()).isEqualTo("rubicon");

        rounds.goRound();
        await("the second target's drill").atMost(LONG).until(() -> drills.of(id).stream()
                .filter(drill -> drill.state().ended()).count() == 2);
        clock.set(Instant.now().plus(Duration.ofDays(40)));
        assertThat(way(id, 0).path("stand").asString()).isEqualTo("INTACT");
        assertThat(way(id, 1).path("stand").asString()).isEqualTo("INTACT");
    }

    @Test
    void isGoneWithTheWayBack() {
        Fleet fleet = new Fleet(api, "drlgone", 1, 5);
        long id = half(fleet, "ALTER TABLE users ADD COLUMN city text", "ALTER TABLE users DROP COLUMN city");
        assertThat(way(id, 0).path("target").asString()).isEqualTo("drlgone-0");
        api.as("operator").post("/rollouts/" + id + "/rollback", Map.of("toPhase", 0, "reason", "not needed"))
                .expect(202);
        fleet.awaitState(id, "ROLLED_BACK");

        assertThat(way(id, 0).isMissingNode()).isTrue();
        api.as("operator").post("/rollouts/" + id + "/drills", Map.of()).expect(409);
        api.as("author").post("/rollouts/" + id + "/drills", Map.of()).expect(403);
    }
}
