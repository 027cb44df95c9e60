package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An operator clears a session of the application that holds a lock which a run waits for. */
@RubiconTest
class HoldersIT {

    @Autowired
    private Api api;

    @Autowired
    private RolloutEvents events;

    @BeforeEach
    void holdersMayBeCleared() {
        allow(true);
    }

    @AfterEach
    void asItWas() {
        allow(false);
    }

    private void allow(boolean holderActions) {
        Api admin = api.as("admin").with("If-Match", "*");
        JsonNode environment = admin.get("/environments/production").expect(200).body();
        ObjectNode policy = (ObjectNode) environment.path("policy");
        admin.put("/environments/production", Map.of("position", environment.path("position").asInt(), "policy",
                policy.put("holderActions", holderActions))).expect(200);
    }

    /** A rollout whose only step waits for a lock that a session of the application holds. */
    private record Behind(Fleet fleet, long rollout, String target, Connection application, int pid)
            implements
                AutoCloseable {

        String path(int holder, String verb) {
            return "/rollouts/" + rollout + "/runs/" + target + "/holders/" + holder + "/" + verb;
        }

        @Override
        public void close() throws SQLException {
            application.close();
        }
    }

    private Behind behind(String tag) throws SQLException {
        Fleet fleet = new Fleet(api, tag, 1, 10);
        TestPostgres.Database database = fleet.database(tag + "-0");
        Connection shop = DriverManager.getConnection(database.url() + "?ApplicationName=nightly-report",
                database.user(), database.password());
        shop.setAutoCommit(false);
        int pid;
        try (Statement statement = shop.createStatement();
                ResultSet row = statement
                        .executeQuery("SELECT pg_backend_pid() FROM users WHERE username <> 'secret'")) {
            row.next();
            pid = row.getInt(1);
        }
        fleet.submit("""
                plan: %s
                title: Add a column
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: add-nickname
                        sql: ALTER TABLE users ADD COLUMN nickname text;
                        rollback: { sql: ALTER TABLE users DROP COLUMN nickname, dataLoss: new-writes }
                """.formatted(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        fleet.approve(rollout, 0).expect(201);
        long id = rollout.path("id").asLong();
        fleet.await(id, "a lock in the way",
                seen -> seen.at("/targets/0/blocker/facts/holders").toString().contains("" + pid));
        return new Behind(fleet, id, tag + "-0", shop, pid);
    }

    private List<String> actions(long rollout) {
        return api.as("admin").get("/audit?subjectId=" + rollout + "&limit=100").expect(200).body().path("items")
                .valueStream().map(entry -> entry.path("action").asString()).toList();
    }

    @Test
    void tellsHowLongAStepWaitsInAllAndWhenItsPatienceEnds() throws SQLException {
        try (Behind behind = behind("patience")) {
            JsonNode run = api.as("operator").get("/rollouts/%d/runs/%s".formatted(behind.rollout(), behind.target()))
                    .expect(200).body().path(0);
            JsonNode facts = run.at("/blocker/facts");
            assertThat(facts.path("since").asString()).isEqualTo(run.at("/steps/0/attempts/0/startedAt").asString());
            assertThat(Duration.between(Instant.parse(facts.path("since").asString()),
                    Instant.parse(facts.path("until").asString()))).isEqualTo(Duration.ofMinutes(10));
        }
    }

    @Test
    void clearsAHolderAndTellsWhatWasSeen() throws SQLException {
        try (Behind behind = behind("holder")) {
            JsonNode cancelled = api.as("operator").post(behind.path(behind.pid(), "cancel"), Map.of()).expect(200)
                    .body();
            assertThat(cancelled.path("observed").asString()).isEqualTo("still-holds");
            assertThat(cancelled.path("cleared").asBoolean()).isFalse();
            assertThat(cancelled.path("message").asString()).contains("End the session");

            JsonNode ended = api.as("operator").post(behind.path(behind.pid(), "end"), Map.of("reason", "it forgot"))
                    .expect(200).body();
            assertThat(ended.path("observed").asString()).isEqualTo("gone");
            assertThat(ended.path("cleared").asBoolean()).isTrue();
            behind.fleet().awaitState(behind.rollout(), "DONE");

            assertThat(events.after(behind.rollout(), 0, 200)).extracting(RolloutEvents.Event::type)
                    .containsSubsequence("run.holder-cancel-requested", "run.holder-answered",
                            "run.holder-end-requested", "run.holder-answered");
        }
    }

    @Test
    void keepsInTheTrailWhoClearedWhomAndNoConstantOfTheQuery() throws SQLException {
        try (Behind behind = behind("trail")) {
            api.as("operator").post(behind.path(behind.pid(), "end"), Map.of("reason", "it forgot")).expect(200);

            JsonNode entries = api.as("admin").get("/audit?subjectId=" + behind.rollout()).expect(200).body()
                    .path("items");
            JsonNode asked = entries.valueStream()
                    .filter(entry -> entry.path("action").asString().equals("run.holder-end-requested")).findFirst()
                    .orElseThrow();
            assertThat(asked.path("actor").asString()).isEqualTo("operator");
            JsonNode facts = asked.path("details");
            assertThat(facts.path("target").asString()).isEqualTo("trail-0");
            assertThat(facts.path("pid").asInt()).isEqualTo(behind.pid());
            assertThat(facts.path("application").asString()).isEqualTo("nightly-report");
            assertThat(facts.path("reason").asString()).isEqualTo("it forgot");
            assertThat(facts.path("query").asString()).contains("username <> ?").doesNotContain("secret");
            assertThat(actions(behind.rollout())).contains("run.holder-answered");
            behind.fleet().awaitState(behind.rollout(), "DONE");
        }
    }

    @Test
    void refusesWhereThePolicyDoesNotAllowIt() throws SQLException {
        try (Behind behind = behind("policy")) {
            allow(false);

            assertThat(api.as("operator").post(behind.path(behind.pid(), "end"), Map.of()).expect(409).body()
                    .path("detail").asString()).contains("holderActions", "/api/v1/environments/production");
            assertThat(actions(behind.rollout())).doesNotContain("run.holder-end-requested");
            behind.application().rollback();
            behind.fleet().awaitState(behind.rollout(), "DONE");
        }
    }

    @Test
    void isForOperatorsAndForThoseInTheWayAlone() throws SQLException {
        try (Behind behind = behind("whose")) {
            api.as("author").post(behind.path(behind.pid(), "end"), Map.of()).expect(403);
            api.as("approver").post(behind.path(behind.pid(), "cancel"), Map.of()).expect(403);
            int other = Integer.parseInt(String.valueOf(behind.fleet().database("whose-0").value("SELECT pid FROM "
                    + "pg_stat_activity WHERE application_name LIKE 'rubicon run/%' "
                    + "AND datname <> current_database() OR pid = pg_backend_pid() LIMIT 1")));
            assertThat(api.as("operator").post(behind.path(other, "end"), Map.of()).expect(409).body().path("detail")
                    .asString()).contains("does not wait for pid " + other);

            behind.application().rollback();
            behind.fleet().awaitState(behind.rollout(), "DONE");
            assertThat(api.as("operator").post(behind.path(behind.pid(), "end"), Map.of()).expect(409).body()
                    .path("detail").asString()).contains("waits for no lock now");
            try (Statement alive = behind.application().createStatement()) {
                assertThat(alive.execute("SELECT 1")).isTrue();
            }
        }
    }
}
