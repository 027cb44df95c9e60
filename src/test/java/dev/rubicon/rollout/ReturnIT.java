package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.execution.Turn;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is looked at before a rollback, on targets that do not answer as they should and while others are at work. */
@RubiconTest
class ReturnIT {

    private static final Map<String, Object> BACK = Map.of("toPhase", 0, "reason", "not wanted");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Autowired
    private Api api;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Turn turn;

    @Autowired
    private TransactionTemplate transactions;

    private Api.Answer operator(String path, Object body) {
        return api.as("operator").post(path, body);
    }

    private JsonNode looked(long rollout) {
        return operator("/rollouts/" + rollout + "/rollback?dryRun=true", BACK).expect(200).body();
    }

    /** A column added on all of the fleet. */
    private long done(Fleet fleet, String lossQuery) {
        fleet.submit("""
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
                          lossQuery: %s
                """.formatted(fleet.plan(), lossQuery));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        fleet.approve(rollout, 0).expect(201);
        return fleet.awaitState(rollout.path("id").asLong(), "DONE").path("id").asLong();
    }

    @Test
    void tellsOfTheOneTargetWhoseLedgerCannotBeRead() {
        Fleet fleet = new Fleet(api, "retdenied", 2, 3);
        long id = done(fleet, "SELECT count(*) FROM users WHERE nickname IS NOT NULL");
        fleet.database("retdenied-1").run("ALTER TABLE rubicon.ledger RENAME COLUMN step TO hidden");
        try {
            JsonNode seen = looked(id);
            assertThat(seen.path("unread").valueStream().map(JsonNode::asString)).containsExactly("retdenied-1");
            assertThat(seen.path("losses")).hasSize(1);
            assertThat(seen.at("/refusals/0").asString()).contains("The ledger cannot be read on retdenied-1");
            operator("/rollouts/" + id + "/rollback", BACK).expect(409);
            operator("/rollouts/" + id + "/rollback", Map.of("toPhase", 0, "reason", "not wanted", "targets",
                    List.of("retdenied-0"))).expect(202);
            assertThat(fleet.awaitState(id, "ROLLED_BACK").path("note").asString()).isEqualTo(
                    "Rolled back on 1 of 2 targets, still in effect on 1: not wanted");
        } finally {
            fleet.database("retdenied-1").run("ALTER TABLE rubicon.ledger RENAME COLUMN hidden TO step");
        }
    }

    @Test
    void tellsWhereWhatIsLostCouldNotBeCounted() {
        Fleet fleet = new Fleet(api, "retcount", 2, 3);
        long id = done(fleet, "SELECT count(*) FROM users WHERE nickname IS NULL");
        fleet.database("retcount-1").run("ALTER TABLE users RENAME COLUMN nickname TO nick");

        JsonNode seen = looked(id);

        assertThat(seen.at("/losses/0/rows").asLong()).isEqualTo(3);
        assertThat(seen.at("/losses/0/uncounted").isNull()).isTrue();
        assertThat(seen.at("/losses/1/rows").isNull()).isTrue();
        assertThat(seen.at("/losses/1/uncounted").asString()).contains("nickname");
    }

    @Test
    void holdsNoMoreConnectionsToAServerThanItsEnvironmentAllows() {
        Fleet fleet = new Fleet(api, "retbound", 4, 1);
        // each query counts those like it that are at work on the server, itself among them, when it has lasted a while
        long id = done(fleet, "WITH pause AS MATERIALIZED (SELECT pg_sleep(0.3)) SELECT (SELECT count(*) FROM "
                + "pg_stat_activity WHERE state = 'active' AND query LIKE '%ret-bound%') FROM pause");
        connectionsPerServer(1);
        try {
            assertThat(looked(id).path("losses").valueStream().map(loss -> loss.path("rows").asLong()))
                    .containsExactly(1L, 1L, 1L, 1L);
        } finally {
            connectionsPerServer(20);
        }
    }

    private void connectionsPerServer(int number) {
        Api admin = api.as("admin");
        Api.Answer production = admin.get("/environments/production").expect(200);
        ObjectNode body = JSON.createObjectNode();
        body.put("position", production.body().path("position").asInt());
        body.set("policy", ((ObjectNode) production.body().path("policy")).put("connectionsPerServer", number));
        admin.with("If-Match", production.headers().firstValue("ETag").orElseThrow())
                .put("/environments/production", body).expect(200);
    }

    @Test
    void goesBackOnlyByForceBeneathANewerRolloutThatBeginsMeanwhile() {
        Fleet fleet = new Fleet(api, "retnewer", 1, 3);
        long id = done(fleet, "SELECT count(*) FROM users");
        CompletableFuture<Api.Answer> back = new CompletableFuture<>();
        transactions.executeWithoutResult(status -> {
            turn.take(id);
            Thread.ofVirtual().start(() -> back.complete(operator("/rollouts/" + id + "/rollback", BACK)));
            // in this transaction, which the server would end if nothing were said in it for long
            await("the rollback that waits for its turn").atMost(Duration.ofSeconds(120)).pollInSameThread()
                    .until(() -> jdbc.sql("""
                    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = ? AND NOT granted
                    """).param(id).query(Long.class).single() > 0);
            begins(id);
        });

        assertThat(back.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join().expect(409).body().at("/refusals/0")
                .asString()).contains("Newer rollouts changed the same databases");
        assertThat(fleet.rollout(id).path("state").asString()).isEqualTo("DONE");
        operator("/rollouts/" + id + "/rollback", Map.of("toPhase", 0, "reason", "not wanted", "force", true))
                .expect(202);
        fleet.awaitState(id, "ROLLED_BACK");
    }

    /** A newer rollout on the same targets, whose first phase is done. */
    private void begins(long rollout) {
        long newer = jdbc.sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, submitted_by,
                                     opened_by, opened_at, ended_at)
                SELECT plan, revision, environment, digest, frozen, start_phases, 'DONE', submitted_by, opened_by,
                       opened_at, now()
                  FROM rollout WHERE id = ? RETURNING id
                """).param(rollout).query(Long.class).single();
        jdbc.sql("""
                INSERT INTO phase_run (rollout, phase, target, environment, direction, plan, revision, digest, state,
                                       created_at, ended_at)
                SELECT ?, phase, target, environment, direction, plan, revision, digest, 'DONE', now(), now()
                  FROM phase_run WHERE rollout = ?
                """).params(newer, rollout).update();
    }
}
