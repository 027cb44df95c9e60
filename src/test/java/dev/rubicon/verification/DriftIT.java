package dev.rubicon.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.plan.PlanReader;
import dev.rubicon.security.Accounts;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.People;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What differs on targets from what rollouts left there, seen over REST. */
@RubiconTest
class DriftIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration SOON = Duration.ofSeconds(240);

    @LocalServerPort
    private int port;

    @Autowired
    private Accounts accounts;

    @Autowired
    private DriftWatch watch;

    @Autowired
    private JdbcClient jdbc;

    private Api api;

    @BeforeEach
    void thePeople() {
        People.arrive(accounts);
        api = Api.of(port);
    }

    /** A plan of one phase with one step. */
    private static String plan(String name, String forward, String rollback) {
        return """
                plan: %s
                title: One step
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: only
                        sql: "%s"
                        rollback: { sql: "%s", dataLoss: none }
                """.formatted(name, forward, rollback);
    }

    /** Carries a plan over the fleet. */
    private long rollOut(Fleet fleet, String plan, String forward, String rollback) {
        fleet.submit(plan(plan, forward, rollback));
        JsonNode rollout = fleet.open(plan);
        fleet.approve(rollout, 0).expect(201);
        long id = rollout.path("id").asLong();
        fleet.awaitState(id, "DONE");
        return id;
    }

    private JsonNode drift(String target) {
        return api.as("author").get("/targets/" + target + "/drift").expect(200).body();
    }

    private JsonNode look(String target) {
        return api.as("operator").post("/targets/" + target + "/drift/looks", Map.of()).expect(200).body();
    }

    /** Until the end of a rollout has been read. */
    private JsonNode settled(String target, long rollout) {
        JsonNode[] last = new JsonNode[1];
        await("the baseline of rollout " + rollout).atMost(SOON).until(() -> {
            last[0] = drift(target);
            return last[0].at("/baseline/rollout").asLong() == rollout;
        });
        return last[0];
    }

    private static List<String> objects(JsonNode drift) {
        List<String> objects = new ArrayList<>();
        drift.path("objects").forEach(each -> objects.add("%s %s %s".formatted(each.path("way").asString(),
                each.path("kind").asString(), each.path("name").asString())));
        return objects;
    }

    private Api.Answer accept(String who, String target, String fingerprint, String reason) {
        return api.as(who).post("/targets/" + target + "/drift/baseline",
                Map.of("fingerprint", fingerprint, "reason", reason));
    }

    @Test
    void namesWhatChangedBehindARolloutUntilItIsBack() {
        Fleet fleet = new Fleet(api, "dr", 1, 3);
        TestPostgres.Database database = fleet.database("dr-0");
        assertThat(drift("dr-0").path("state").asString()).isEqualTo("UNWATCHED");
        long rollout = rollOut(fleet, "dr-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city");
        JsonNode left = settled("dr-0", rollout);
        assertThat(left.path("state").asString()).isEqualTo("NONE");
        assertThat(left.at("/baseline/why").asString()).isEqualTo("rollout");

        database.run("CREATE INDEX hot ON users (touched)", "ALTER TABLE users ALTER COLUMN touched DROP DEFAULT");
        JsonNode seen = look("dr-0");
        JsonNode again = look("dr-0");

        assertThat(seen.path("state").asString()).isEqualTo("DRIFTED");
        assertThat(objects(seen)).containsExactly("changed table public.users", "added index public.hot");
        assertThat(seen.at("/objects/0/diff").asString()).contains("-    touched integer DEFAULT 0",
                "+    touched integer");
        assertThat(again.at("/objects/0/since")).isEqualTo(seen.at("/objects/0/since"));
        assertThat(again.at("/objects/0/seenAt").asString()).isGreaterThan(seen.at("/objects/0/seenAt").asString());

        database.run("DROP INDEX hot", "ALTER TABLE users ALTER COLUMN touched SET DEFAULT 0");
        JsonNode back = look("dr-0");
        assertThat(back.path("state").asString()).isEqualTo("NONE");
        assertThat(back.at("/ended/0/endedBy").asString()).isEqualTo("it is as it should be again");
        String trail = api.as("admin").get("/audit?limit=50").expect(200).body().toString();
        assertThat(trail).contains("drift.seen", "drift.ended");
    }

    @Test
    void looksOnceForOneIdempotencyKey() {
        new Fleet(api, "drkey", 1, 3).database("drkey-0");
        Api keyed = api.as("operator").with("Idempotency-Key", "drkey-look");

        keyed.post("/targets/drkey-0/drift/looks", Map.of()).expect(200);

        assertThat(keyed.post("/targets/drkey-0/drift/looks", Map.of()).expect(200).headers()
                .firstValue("Idempotency-Replayed")).contains("true");
        api.as("operator").with("Idempotency-Key", "drkey-schema").post("/targets/drkey-0/schema", Map.of())
                .expect(200);
    }

    @Test
    void acceptsABaselineOnlyTogetherWithTheAnswerOfItsKey() {
        Fleet fleet = new Fleet(api, "drkeep", 1, 3);
        settled("drkeep-0", rollOut(fleet, "drkeep-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));
        fleet.database("drkeep-0").run("CREATE INDEX hot ON users (touched)");
        Api keyed = api.as("operator").with("Idempotency-Key", "drkeep-accept");
        assertThat(keyed.post("/targets/drkeep-0/drift/baseline",
                Map.of("fingerprint", "0".repeat(64), "reason", "needed")).expect(412).type()).endsWith("/stale");
        JsonNode moved = drift("drkeep-0");
        assertThat(objects(moved)).as("seen though it was refused").containsExactly("added index public.hot");
        Map<String, String> accepted = Map.of("fingerprint", moved.path("fingerprint").asString(), "reason", "needed");

        jdbc.sql("""
                CREATE FUNCTION drkeep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no answer is kept'; END $$
                """).update();
        jdbc.sql("""
                CREATE TRIGGER drkeep BEFORE INSERT ON idempotent_answer FOR EACH ROW WHEN (new.key = 'drkeep-accept')
                EXECUTE FUNCTION drkeep()
                """).update();
        try {
            keyed.post("/targets/drkeep-0/drift/baseline", accepted).expect(500);
        } finally {
            jdbc.sql("DROP TRIGGER drkeep ON idempotent_answer").update();
        }
        assertThat(drift("drkeep-0").path("state").asString()).isEqualTo("DRIFTED");

        keyed.post("/targets/drkeep-0/drift/baseline", accepted).expect(200);
        assertThat(keyed.post("/targets/drkeep-0/drift/baseline", accepted).expect(200).headers()
                .firstValue("Idempotency-Replayed")).contains("true");
        assertThat(jdbc.sql("""
                SELECT count(*) FROM audit_entry WHERE action = 'drift.baseline-accepted' AND subject_id = 'drkeep-0'
                """).query(Integer.class).single()).isEqualTo(1);
    }

    @Test
    void looksForMoreKeysAtOnceThanThereAreConnections() {
        new Fleet(api, "drmany", 1, 3);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Api.Answer>> looks = IntStream.range(0, 24).mapToObj(number -> CompletableFuture
                    .supplyAsync(() -> api.as("operator").with("Idempotency-Key", "drmany-" + number)
                            .post("/targets/drmany-0/drift/looks", Map.of()), threads))
                    .toList();

            assertThat(looks).extracting(look -> look.join().status()).containsOnly(200);
        }
    }

    @Test
    void goesOnWatchingADatabaseThatIsReachedInAnotherWay() {
        Fleet fleet = new Fleet(api, "drurl", 1, 3);
        TestPostgres.Database database = fleet.database("drurl-0");
        settled("drurl-0", rollOut(fleet, "drurl-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));
        database.run("CREATE INDEX hot ON users (touched)");
        look("drurl-0");

        api.as("admin").with("If-Match", "*").patch("/targets/drurl-0",
                Map.of("url", database.url() + "?connectTimeout=7", "password", database.password())).expect(200);

        assertThat(objects(look("drurl-0"))).containsExactly("added index public.hot");
    }

    @Test
    void acceptsAsBaselineOnlyWhatThePersonSawAndWithAReason() {
        Fleet fleet = new Fleet(api, "dracc", 1, 3);
        TestPostgres.Database database = fleet.database("dracc-0");
        settled("dracc-0", rollOut(fleet, "dracc-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));
        database.run("CREATE INDEX hot ON users (touched)");
        String seen = look("dracc-0").path("fingerprint").asString();

        accept("author", "dracc-0", seen, "mine").expect(403);
        assertThat(accept("operator", "dracc-0", seen, " ").expect(422).body().toString()).contains("/reason");
        database.run("CREATE VIEW sly AS SELECT 1 AS one");
        assertThat(accept("operator", "dracc-0", seen, "needed").expect(412).type()).endsWith("/stale");
        JsonNode moved = drift("dracc-0");
        assertThat(objects(moved)).containsExactly("added view public.sly", "added index public.hot");

        JsonNode accepted = accept("operator", "dracc-0", moved.path("fingerprint").asString(), "needed").expect(200)
                .body();

        assertThat(accepted.path("state").asString()).isEqualTo("NONE");
        assertThat(accepted.at("/baseline/acceptedBy").asString()).isEqualTo("operator");
        assertThat(accepted.at("/baseline/reason").asString()).isEqualTo("needed");
        assertThat(accepted.at("/ended/0/endedBy").asString()).isEqualTo("accepted by operator: needed");
        assertThat(look("dracc-0").path("state").asString()).isEqualTo("NONE");
        assertThat(api.as("admin").get("/audit?limit=20").expect(200).body().toString())
                .contains("drift.baseline-accepted");
    }

    @Test
    void doesNotTakeForItsOwnWhatOthersChangedBeforeARollout() {
        Fleet fleet = new Fleet(api, "drtwo", 1, 3);
        settled("drtwo-0", rollOut(fleet, "drtwo-one", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));
        fleet.database("drtwo-0").run("CREATE INDEX hot ON users (touched)");

        JsonNode left = settled("drtwo-0", rollOut(fleet, "drtwo-two", "CREATE TABLE towns (id int PRIMARY KEY)",
                "DROP TABLE towns"));

        assertThat(objects(left)).containsExactly("added index public.hot");
    }

    @Test
    void expectsWhatARollbackLeaves() {
        Fleet fleet = new Fleet(api, "drback", 1, 3);
        long id = rollOut(fleet, "drback-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city");
        String etag = api.as("operator").get("/rollouts/" + id).headers().firstValue("ETag").orElse("*");
        api.as("operator").with("If-Match", etag).post("/rollouts/" + id + "/rollback",
                Map.of("toPhase", 0, "reason", "try")).expect(202);
        fleet.awaitState(id, "ROLLED_BACK");
        await().atMost(SOON).until(() -> jdbc.sql("SELECT count(*) FROM baseline_due WHERE target = 'drback-0'")
                .query(Integer.class).single() == 0);

        assertThat(look("drback-0").path("state").asString()).isEqualTo("NONE");
        assertThat(api.as("author").get("/targets/drback-0/schema?q=table").expect(200).body().toString())
                .doesNotContain("city");
    }

    @Test
    void ignoresWhatTheEnvironmentSays() {
        Fleet fleet = new Fleet(api, "drign", 1, 3);
        settled("drign-0", rollOut(fleet, "drign-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));
        fleet.database("drign-0").run("CREATE TABLE tmp_1 ()", "CREATE TABLE kept ()");
        assertThat(objects(look("drign-0"))).containsExactly("added table public.kept", "added table public.tmp_1");

        JsonNode refused = ignore("tabel public.tmp_*").expect(422).body();
        assertThat(refused.toString()).contains("/policy/drift/ignore/0", "does not begin with a kind of object");
        ignore("table public.tmp_*").expect(200);
        try {
            assertThat(objects(look("drign-0"))).containsExactly("added table public.kept");
        } finally {
            ignore().expect(200);
        }
        assertThat(objects(look("drign-0"))).hasSize(2);
    }

    private Api.Answer ignore(String... patterns) {
        Api.Answer now = api.as("admin").get("/environments/production").expect(200);
        ObjectNode body = (ObjectNode) JSON.readTree(now.body().toString());
        ((ObjectNode) body.path("policy")).set("drift", JSON.valueToTree(Map.of("ignore", List.of(patterns))));
        body.remove("name");
        return api.as("admin").with("If-Match", now.headers().firstValue("ETag").orElseThrow())
                .put("/environments/production", JSON.convertValue(body, Map.class));
    }

    @Test
    void looksByItselfWhenTheIntervalIsOver() {
        Fleet fleet = new Fleet(api, "drself", 1, 3);
        settled("drself-0", rollOut(fleet, "drself-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));
        fleet.database("drself-0").run("DROP TABLE users");
        jdbc.sql("UPDATE drift_watch SET told_at = told_at - interval '16 minutes' WHERE target = 'drself-0'").update();

        watch.goRound();

        await().atMost(SOON).untilAsserted(() -> assertThat(objects(drift("drself-0")))
                .containsExactly("removed table public.users", "removed constraint users_pkey ON public.users"));
    }

    @Test
    void raisesNoAlarmOverOrderFormatValuesAndStatistics() {
        Fleet fleet = new Fleet(api, "drcalm", 1, 3);
        TestPostgres.Database database = fleet.database("drcalm-0");
        database.run("CREATE SEQUENCE tickets", "CREATE VIEW names AS SELECT id, username FROM users",
                "CREATE INDEX by_name ON users (username)", "CREATE ROLE drcalm_reader",
                "CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM users");
        settled("drcalm-0", rollOut(fleet, "drcalm-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));

        database.run("DO 'BEGIN PERFORM nextval(''tickets''); END'", "INSERT INTO users (id) VALUES (99)",
                "ANALYZE users",
                "DROP INDEX by_name", "create  index by_name\n on users using btree (username)",
                "CREATE OR REPLACE VIEW names AS\n  select users.id,users.username from public.users",
                "GRANT SELECT ON users TO drcalm_reader", "REVOKE SELECT ON users FROM drcalm_reader",
                "REFRESH MATERIALIZED VIEW counted", "CREATE TABLE rubicon.something ()");
        try {
            assertThat(objects(look("drcalm-0"))).isEmpty();
        } finally {
            database.run("DROP OWNED BY drcalm_reader", "DROP ROLE drcalm_reader");
        }
    }

    @Test
    void takesTheBaselineAnewAfterAMajorUpgradeAndTells() {
        Fleet fleet = new Fleet(api, "drmajor", 1, 3);
        settled("drmajor-0", rollOut(fleet, "drmajor-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));
        jdbc.sql(
                "UPDATE schema_baseline SET server_version = server_version - 1, objects = '[]' WHERE target = 'drmajor-0'")
                .update();

        JsonNode seen = look("drmajor-0");

        assertThat(seen.path("state").asString()).isEqualTo("NONE");
        assertThat(seen.at("/baseline/why").asString()).isEqualTo("upgrade");
        assertThat(api.as("admin").get("/audit?limit=20").expect(200).body().toString())
                .contains("drift.baseline-renewed");
    }

    @Test
    void draftsAPlanThatLeadsBackAndThatTheAnalysisLetsPass() {
        Fleet fleet = new Fleet(api, "drplan", 1, 3);
        TestPostgres.Database database = fleet.database("drplan-0");
        database.run("CREATE INDEX by_name ON users (username)", "CREATE VIEW names AS SELECT id FROM users",
                "CREATE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 2'",
                "CREATE TABLE towns (id serial PRIMARY KEY, name text)", "COMMENT ON TABLE users IS 'People'",
                "ALTER TABLE users ADD COLUMN country text DEFAULT 'NZ'");
        settled("drplan-0", rollOut(fleet, "drplan-plan", "ALTER TABLE users ADD COLUMN city text",
                "ALTER TABLE users DROP COLUMN city"));
        database.run("DROP INDEX by_name", "DROP VIEW names", "CREATE VIEW names AS SELECT id, username FROM users",
                "CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 3'", "DROP TABLE towns",
                "COMMENT ON TABLE users IS NULL", "ALTER TABLE users DROP COLUMN city",
                "CREATE TABLE extra (id int PRIMARY KEY, name text)", "CREATE INDEX extra_name ON extra (name)",
                "CREATE INDEX hot ON users (touched)");
        look("drplan-0");

        String yaml = ApiClient.on(port).as("author", "author").get("/api/v1/targets/drplan-0/drift/plan").body();

        assertThat(PlanReader.standalone().read(yaml, "application/yaml").document().plan())
                .isEqualTo("reconcile-drplan-0");
        JsonNode submitted = fleet.submit(yaml);
        List<String> above = new ArrayList<>();
        submitted.path("findings").forEach(each -> {
            if (!List.of("info", "warning").contains(each.path("severity").asString())) {
                above.add(each.toString());
            }
        });
        assertThat(above).as(yaml).isEmpty();
        assertThat(submitted.toString()).contains("drop-table-public-extra");
        JsonNode rollout = fleet.open("reconcile-drplan-0");
        long id = rollout.path("id").asLong();
        fleet.backedUp();
        for (int phase = 0; phase < rollout.path("phases").size(); phase++) {
            if (phase == rollout.path("phases").size() - 1) {
                fleet.cross(rollout, phase);
            } else {
                fleet.approve(rollout, phase).expect(201);
                api.as("second").post("/rollouts/" + id + "/phases/" + phase + "/approvals",
                        Map.of("decision", "approve", "digest", rollout.path("digest").asString()));
            }
        }
        fleet.awaitState(id, "DONE");
        assertThat(database.value("SELECT two()")).isEqualTo("2");
        assertThat(database.value("SELECT count(*) FROM pg_class WHERE relname IN ('by_name', 'towns', 'towns_id_seq', "
                + "'extra', 'hot')")).isEqualTo("3");
    }
}
