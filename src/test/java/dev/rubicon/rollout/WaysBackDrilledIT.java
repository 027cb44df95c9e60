package dev.rubicon.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.Environments;
import dev.rubicon.rehearsal.Drills;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.Statements;
import dev.rubicon.verification.Schemas;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is told of drills that were: their rows are written by hand, as it takes a server for shadows to make them. */
@RubiconTest
class WaysBackDrilledIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Autowired
    private Api api;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private WaysBackDrilled ways;

    @Autowired
    private RolloutRows rows;

    @Autowired
    private Drills drills;

    @Autowired
    private Environments environments;

    @Autowired
    private Schemas schemas;

    private static Actor viewer(String environment) {
        return new Actor("ann", null, Map.of(environment, Set.of(Role.VIEWER)), Set.of());
    }

    private long done(Fleet fleet) {
        fleet.submit("""
                plan: %s
                title: Add a column
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: add-nickname
                        sql: ALTER TABLE users ADD COLUMN nickname text;
                        rollback: { sql: ALTER TABLE users DROP COLUMN nickname, dataLoss: none }
                """.formatted(fleet.plan()));
        JsonNode rollout = fleet.open(fleet.plan(), Map.of("percent", 100));
        fleet.approve(rollout, 0).expect(201);
        return fleet.awaitState(rollout.path("id").asLong(), "DONE").path("id").asLong();
    }

    /** A drill of what the target was as it was read last, ended so long after the rollout. */
    private void drilled(Fleet fleet, long rollout, String target, String state, String after) {
        fleet.look(target);
        jdbc.sql("""
                INSERT INTO rehearsal (plan, revision, digest, rollback_digest, target, environment, class, state, asked_by,
                                       asked_at, started_at, ended_at, report, kind, rollout, source_fingerprint,
                                       source_version, source)
                SELECT plan, revision, digest, 'none', :target, environment, 'empty schema', :state, 'rubicon',
                       ended_at + :after::interval, ended_at + :after::interval, ended_at + :after::interval,
                       '{"serverVersion": 18, "notes": [], "legs": []}', 'DRILL', id, newest.fingerprint, 18, '{}'
                  FROM rollout LEFT JOIN LATERAL (SELECT fingerprint FROM schema_snapshot
                        WHERE schema_snapshot.target = :target ORDER BY schema_snapshot.id DESC LIMIT 1) newest ON true
                 WHERE rollout.id = :rollout
                """).param("rollout", rollout).param("target", target).param("state", state).param("after", after)
                .update();
    }

    private WaysBackDrilled.Stand stand(long rollout) {
        return ways.of(viewer("production"), rollout).getFirst().stand();
    }

    private List<String> broken(Actor actor, String prefix) {
        return ways.broken(actor).stream().map(WaysBackDrilled.Broken::target)
                .filter(target -> target.startsWith(prefix)).toList();
    }

    private void policy(String environment, String setting, String value) {
        Api admin = api.as("admin");
        Api.Answer found = admin.get("/environments/" + environment).expect(200);
        ObjectNode body = JSON.createObjectNode();
        body.put("position", found.body().path("position").asInt());
        body.set("policy", ((ObjectNode) found.body().path("policy")).set(setting, JSON.readTree(value)));
        admin.with("If-Match", found.headers().firstValue("ETag").orElseThrow())
                .put("/environments/" + environment, body).expect(200);
    }

    @Test
    void tellsOfABrokenWayBackWhileItIsToBeGone() {
        Fleet fleet = new Fleet(api, "wbdbroken", 2, 3);
        long id = done(fleet);
        drilled(fleet, id, "wbdbroken-0", "FAILED", "1s");
        drilled(fleet, id, "wbdbroken-1", "FAILED", "1s");
        assertThat(broken(viewer("production"), "wbdbroken")).containsExactlyInAnyOrder("wbdbroken-0", "wbdbroken-1");
        assertThat(broken(viewer("staging"), "wbdbroken")).isEmpty();
        drilled(fleet, id, "wbdbroken-0", "BROKEN", "2s");
        drilled(fleet, id, "wbdbroken-1", "PASSED", "2s");
        assertThat(broken(viewer("production"), "wbdbroken")).containsExactly("wbdbroken-0");

        api.as("operator").post("/rollouts/" + id + "/rollback", Map.of("toPhase", 0, "reason", "not needed"))
                .expect(202);
        fleet.awaitState(id, "ROLLED_BACK");
        assertThat(broken(viewer("production"), "wbdbroken")).isEmpty();
    }

    @Test
    void asksAsMuchForManyTargetsAsForOne() {
        Fleet one = new Fleet(api, "wbdone", 1, 3);
        Fleet many = new Fleet(api, "wbdmany", 4, 3);
        Map<Fleet, Long> statements = new HashMap<>();
        for (Fleet fleet : List.of(one, many)) {
            long id = done(fleet);
            fleet.names().forEach(name -> drilled(fleet, id, name, "PASSED", "1s"));
            statements.put(fleet, Statements.of(() -> assertThat(ways.of(viewer("production"), id))
                    .hasSize(fleet.names().size()).allMatch(way -> way.stand() == WaysBackDrilled.Stand.INTACT)));
        }
        assertThat(statements.get(many)).isEqualTo(statements.get(one));

        long id = rows.unfinishedWith("wbdmany-0").stream().findFirst().orElseGet(() -> jdbc
                .sql("SELECT rollout FROM rollout_run WHERE target = 'wbdmany-0'").query(Long.class).single());
        long sound = Statements.of(() -> ways.broken(viewer("production")));
        many.names().forEach(name -> drilled(many, id, name, "FAILED", "2s"));
        assertThat(Statements.of(() -> ways.broken(viewer("production"))) - sound)
                .as("of each rollout, not of each target, whether it is past the river").isLessThanOrEqualTo(2);
        many.names().forEach(name -> drilled(many, id, name, "PASSED", "3s"));
    }

    @Test
    void growsOldWhereDrillsAreOff() {
        Fleet fleet = new Fleet(api, "wbdold", 1, 3);
        long id = done(fleet);
        drilled(fleet, id, "wbdold-0", "PASSED", "1s");
        jdbc.sql("UPDATE phase_run SET ended_at = ended_at - interval '1 year' WHERE rollout = ?").param(id).update();
        jdbc.sql("UPDATE rehearsal SET started_at = started_at - interval '90 days' WHERE rollout = ?").param(id)
                .update();
        policy("production", "drills", "{ \"on\": false }");
        try {
            assertThat(stand(id)).isEqualTo(WaysBackDrilled.Stand.STALE);
        } finally {
            policy("production", "drills", "null");
        }
    }

    @Test
    void staysFreshBesideDifferencesThatAreIgnored() {
        Fleet fleet = new Fleet(api, "wbdign", 1, 3);
        long id = done(fleet);
        drilled(fleet, id, "wbdign-0", "PASSED", "1s");
        SchemaSnapshot found = schemas.newest("wbdign-0").orElseThrow();
        jdbc.sql("""
                UPDATE rehearsal SET ended_at = now() - interval '1 millisecond', source_version = :version,
                       source = :source::jsonb
                 WHERE rollout = :rollout
                """).param("source", JSON.writeValueAsString(found.fingerprints()))
                .param("version", found.serverVersion()).param("rollout", id).update();
        fleet.database("wbdign-0").run("CREATE INDEX tmp_names ON users (username)");
        fleet.look("wbdign-0");
        assertThat(stand(id)).isEqualTo(WaysBackDrilled.Stand.STALE);
        policy("production", "drift", "{ \"ignore\": [ \"index public.tmp_*\" ] }");
        try {
            assertThat(stand(id)).isEqualTo(WaysBackDrilled.Stand.INTACT);
        } finally {
            policy("production", "drift", "null");
        }
    }

    @Test
    void asksForNothingWhereNoEnvironmentHasDrills() {
        List<String> all = environments.all().stream().map(each -> each.name()).toList();
        all.forEach(name -> policy(name, "drills", "{ \"on\": false }"));
        try {
            assertThat(
                    Statements.of(() -> new DrillRounds(rows, ways, drills, environments, Clock.systemUTC()).goRound()))
                    .as("the environments alone are read").isEqualTo(Statements.of(environments::all));
        } finally {
            all.forEach(name -> policy(name, "drills", "null"));
        }
    }
}
