package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.gate.Blocker;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.Statements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What waits for whoever asks, in a control database with more in it than anybody looks at. */
@RubiconTest
class InboxIT {

    private static final Actor ANYBODY = new Actor("ann", null, Map.of("production", Set.of(Role.VIEWER)), Set.of());

    @Autowired
    private Api api;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Rollouts rollouts;

    @Test
    void findsWhatWaitsHoweverManyHaveEndedSince() {
        Fleet fleet = new Fleet(api, "inbox", 1, 10);
        fleet.submit(fleet.renameUsername());
        long waiting = fleet.open(fleet.plan()).path("id").asLong();
        int ended = jdbc.sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, note, submitted_by,
                                     opened_by, opened_at, ended_at)
                SELECT plan, revision, environment, digest, frozen, start_phases, 'DONE', 'flood', submitted_by, opened_by,
                       opened_at, opened_at
                  FROM rollout, generate_series(1, 120) WHERE id = ?
                """).param(waiting).update();
        try {
            assertThat(ended).isEqualTo(120);
            JsonNode inbox = api.as("approver").get("/me/inbox").expect(200).body();
            assertThat(inbox.path("waitsForMe").valueStream()
                    .filter(item -> item.at("/rollout/id").asLong() == waiting)).singleElement()
                    .matches(item -> item.path("action").asString().equals("approve"));
            assertThat(inbox.path("doneLately").valueStream()).hasSize(10);
        } finally {
            jdbc.sql("DELETE FROM rollout WHERE note = 'flood'").update();
            api.as("operator").post("/rollouts/" + waiting + "/cancel", Map.of());
        }
    }

    private List<String> waitsFor(String person, long rollout) {
        return api.as(person).get("/me/inbox").expect(200).body().path("waitsForMe").valueStream()
                .filter(item -> item.at("/rollout/id").asLong() == rollout)
                .map(item -> item.path("phase").asInt() + " " + item.path("action").asString()).toList();
    }

    private Api.Answer decide(String person, JsonNode rollout, int phase, String decision) {
        return api.as(person).post("/rollouts/" + rollout.path("id").asLong() + "/phases/" + phase + "/approvals",
                Map.of("decision", decision, "digest", rollout.path("digest").asString())).expect(201);
    }

    private long told(long rollout, String type) {
        return jdbc.sql("SELECT count(*) FROM rollout_event WHERE rollout = ? AND type = ?").params(rollout, type)
                .query(Long.class).single();
    }

    /** One phase that waits for a go, and one behind it that copies rows. */
    private JsonNode gated(Fleet fleet) {
        fleet.submit("""
                plan: %s
                title: Two phases
                engine: postgresql
                phases:
                  - phase: expand
                    after: { manual: [ { name: look, because: somebody looks } ] }
                    steps:
                      - step: add-nickname
                        sql: ALTER TABLE users ADD COLUMN nickname text;
                        rollback: { sql: ALTER TABLE users DROP COLUMN nickname, dataLoss: none }
                  - phase: migrate
                    steps:
                      - step: copy
                        backfill: { table: users, set: { nickname: username }, where: nickname IS NULL }
                        rollback: { nothing: derived data, dataLoss: none }
                  - phase: migrate
                    after: { manual: [ { name: again, because: somebody looks again } ] }
                    steps:
                      - step: add-other
                        sql: ALTER TABLE users ADD COLUMN other text;
                        rollback: { sql: ALTER TABLE users DROP COLUMN other, dataLoss: none }
                """.formatted(fleet.plan()));
        return fleet.open(fleet.plan(), Map.of("percent", 100));
    }

    @Test
    void asksForThePhaseBehindTheOneThatRuns() {
        Fleet fleet = new Fleet(api, "inbox-vote", 1, 60_000);
        JsonNode rollout = gated(fleet);
        long id = rollout.path("id").asLong();
        try {
            decide("approver", rollout, 0, "approve");
            assertThat(waitsFor("approver", id)).isEmpty();

            api.as("operator").with("If-Match", "*").patch("/rollouts/" + id + "/speed", Map.of("speed", 0.0))
                    .expect(200);
            decide("approver", rollout, 0, "approve");
            decide("approver", rollout, 1, "approve");
            api.as("operator").post("/rollouts/" + id + "/phases/0/manual-gates/look", Map.of()).expect(201);
            fleet.awaitPhase(id, 1, "RUNNING");
            assertThat(waitsFor("approver", id)).containsExactly("2 approve");
            assertThat(waitsFor("operator", id)).containsExactly("2 go");
            assertThat(rollouts.newestRun(ANYBODY, id, "inbox-vote-0").orElseThrow().phase()).isEqualTo(1);
            assertThat(Statements.of(() -> rollouts.newestRun(ANYBODY, id, "inbox-vote-0")))
                    .as("the rollout, the run, its steps, attempts and requests").isEqualTo(5);
        } finally {
            api.as("operator").post("/rollouts/" + id + "/cancel", Map.of());
        }
    }

    @Test
    void tellsADecisionAndAGoOnce() {
        Fleet fleet = new Fleet(api, "inbox-once", 1, 10);
        JsonNode rollout = gated(fleet);
        long id = rollout.path("id").asLong();
        try {
            decide("approver", rollout, 2, "approve");
            decide("approver", rollout, 2, "approve");
            assertThat(told(id, "phase.decision")).isEqualTo(1);
            decide("approver", rollout, 2, "reject");
            assertThat(told(id, "phase.decision")).isEqualTo(2);
            api.as("operator").post("/rollouts/" + id + "/phases/2/manual-gates/again", Map.of()).expect(201);
            api.as("operator").post("/rollouts/" + id + "/phases/2/manual-gates/again", Map.of()).expect(201);
            assertThat(told(id, "phase.go")).isEqualTo(1);
        } finally {
            api.as("operator").post("/rollouts/" + id + "/cancel", Map.of());
        }
    }

    /** What was said of something else, or taken back, is no approval of what waits. */
    @Test
    void asksWhoeverApprovedSomethingElseOrTookItBack() {
        Fleet fleet = new Fleet(api, "inbox-digest", 1, 10);
        fleet.submit(fleet.renameUsername());
        long waiting = fleet.open(fleet.plan()).path("id").asLong();
        try {
            said(waiting, "approver", "APPROVE", "'sha256:of-an-earlier-one'");
            assertThat(asked("approver", waiting)).isTrue();
            said(waiting, "second", "APPROVE", "'sha256:of-an-earlier-one'");
            said(waiting, "second", "REJECT", "digest");
            assertThat(asked("second", waiting)).isTrue();
        } finally {
            api.as("operator").post("/rollouts/" + waiting + "/cancel", Map.of());
        }
    }

    private void said(long rollout, String by, String decision, String digest) {
        jdbc.sql("""
                INSERT INTO approval (rollout, phase, decision, by, submitted_by, opened_by, digest, crossing, evidence, at)
                SELECT id, 0, ?, ?, submitted_by, opened_by, %s, false, '{}', now() FROM rollout WHERE id = ?
                """.formatted(digest)).params(decision, by, rollout).update();
    }

    private boolean asked(String person, long rollout) {
        return api.as(person).get("/me/inbox").expect(200).body().path("waitsForMe").valueStream()
                .anyMatch(item -> item.at("/rollout/id").asLong() == rollout
                        && item.path("action").asString().equals("approve"));
    }

    /** The same rollout again, waiting for the same. */
    private long again(long rollout) {
        long copy = jdbc.sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, submitted_by,
                                     opened_by, opened_at)
                SELECT plan, revision, environment, digest, frozen, start_phases, 'WAITING', submitted_by, opened_by, opened_at
                  FROM rollout WHERE id = ? RETURNING id
                """).param(rollout).query(Long.class).single();
        jdbc.sql(
                "INSERT INTO rollout_run (rollout, target, wave) SELECT ?, target, wave FROM rollout_run WHERE rollout = ?")
                .params(copy, rollout).update();
        jdbc.sql(
                "INSERT INTO rollout_phase (rollout, index, state) SELECT ?, index, state FROM rollout_phase WHERE rollout = ?")
                .params(copy, rollout).update();
        return copy;
    }

    @Test
    void readsAListInAsManyStatementsForManyRolloutsAsForOne() {
        Fleet fleet = new Fleet(api, "inbox-cost", 2, 10);
        fleet.submit(fleet.renameUsername());
        List<Long> ids = new ArrayList<>(List.of(fleet.open(fleet.plan()).path("id").asLong()));
        try {
            long forOne = statements(fleet);
            IntStream.range(0, 5).forEach(i -> ids.add(again(ids.getFirst())));
            assertThat(rollouts.list(ANYBODY, RolloutFilter.ofPlan(fleet.plan()), Long.MAX_VALUE, 10)).hasSize(6)
                    .allSatisfy(rollout -> assertThat(rollout.phases().getFirst().blockers())
                            .extracting(Blocker::type).containsExactly("approval"));
            assertThat(statements(fleet)).as("as many for six as for one").isEqualTo(forOne);
            jdbc.sql("UPDATE rollout SET state = 'PAUSED' WHERE id = ANY(?)")
                    .param(ids.stream().skip(1).limit(2).toArray(Long[]::new)).update();
            assertThat(statements(fleet)).as("whatever their states").isEqualTo(forOne);
        } finally {
            ids.forEach(id -> api.as("operator").post("/rollouts/" + id + "/cancel", Map.of()));
        }
    }

    /** How many statements a list of the fleet's rollouts takes. */
    private long statements(Fleet fleet) {
        return Statements.of(() -> rollouts.list(ANYBODY, RolloutFilter.ofPlan(fleet.plan()), Long.MAX_VALUE, 10));
    }

    @Test
    void findsWhatTheReaderSeesHoweverMuchTheyDoNot() {
        Fleet fleet = new Fleet(api, "inbox-unseen", 1, 10);
        fleet.submit(fleet.renameUsername());
        long hidden = fleet.open(fleet.plan()).path("id").asLong();
        jdbc.sql("""
                INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, note, submitted_by,
                                     opened_by, opened_at, ended_at)
                SELECT plan, revision, environment, digest, frozen, start_phases, 'DONE', 'unseen', submitted_by, opened_by,
                       opened_at, opened_at
                  FROM rollout, generate_series(1, 120) WHERE id = ?
                """).param(hidden).update();
        Actor elsewhere = new Actor("ann", null, Map.of("staging", Set.of(Role.VIEWER)), Set.of());
        RolloutFilter filter = RolloutFilter.ofPlan(fleet.plan());
        try {
            assertThat(Statements.of(() -> assertThat(rollouts.list(elsewhere, filter, Long.MAX_VALUE, 10)).isEmpty()))
                    .as("the environments, and the rollouts").isEqualTo(2);
            assertThat(rollouts.count(elsewhere, filter)).isZero();
            assertThat(rollouts.count(ANYBODY, filter)).isEqualTo(121);
        } finally {
            jdbc.sql("DELETE FROM rollout WHERE note = 'unseen'").update();
            api.as("operator").post("/rollouts/" + hidden + "/cancel", Map.of());
        }
    }
}
