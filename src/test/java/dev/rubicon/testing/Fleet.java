package dev.rubicon.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * A little world for whole-server tests: databases with users, registered in production, and the people who carry a
 * plan over them (each account's password is its name).
 */
public final class Fleet {

    private final Api api;
    private final String tag;
    private final Map<String, TestPostgres.Database> databases;

    /** Makes the databases and registers them as {@code tag-0}, {@code tag-1} … with the label {@code fleet: tag}. */
    public Fleet(Api api, String tag, int size, int rows) {
        this(api, tag, new HashMap<>());
        IntStream.range(0, size).forEach(i -> {
            TestPostgres.Database database = TestPostgres.database();
            database.run("CREATE TABLE users (id bigint PRIMARY KEY, username text, touched int NOT NULL DEFAULT 0)",
                    "INSERT INTO users SELECT i, 'user' || i FROM generate_series(1, " + rows + ") i");
            databases.put(tag + "-" + i, database);
            api.as("admin").post("/targets", Map.of("name", tag + "-" + i, "engine", "postgresql", "environment",
                    "production", "labels", Map.of("fleet", tag), "url", database.url(), "username", database.user(),
                    "password", database.password())).expect(201);
        });
    }

    private Fleet(Api api, String tag, Map<String, TestPostgres.Database> databases) {
        this.api = api;
        this.tag = tag;
        this.databases = databases;
    }

    /** The same fleet, spoken to through another server. */
    public Fleet through(Api other) {
        return new Fleet(other, tag, databases);
    }

    public List<String> names() {
        return databases.keySet().stream().sorted().toList();
    }

    public TestPostgres.Database database(String target) {
        return java.util.Objects.requireNonNull(databases.get(target));
    }

    public String application() {
        return "web-" + tag;
    }

    public String plan() {
        return "rename-" + tag;
    }

    /** The design's plan over this fleet, quick enough for a test. */
    public String renameUsername() {
        return """
                plan: %1$s
                title: Rename users.username to users.display_name
                description: The story of the product.
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: add-display-name
                        sql: ALTER TABLE users ADD COLUMN display_name text;
                        rollback:
                          sql: ALTER TABLE users DROP COLUMN display_name;
                          dataLoss: none
                          window: until the backfill runs
                      - step: index-display-name
                        sql: CREATE INDEX CONCURRENTLY users_display_name_idx ON users (display_name);
                        rollback:
                          sql: DROP INDEX CONCURRENTLY users_display_name_idx;
                          dataLoss: none
                  - phase: migrate
                    after:
                      deployment: { application: %2$s, version: ">=2.4.0", because: it writes both columns }
                      absent: { application: %2$s, version: "<2.4.0", because: it writes the old column alone }
                    steps:
                      - step: copy-username
                        backfill:
                          table: users
                          set: { display_name: username, touched: touched + 1 }
                          where: display_name IS NULL
                        rollback:
                          nothing: derived data
                          dataLoss: none
                        verify:
                          - name: no name is missing
                            sql: SELECT count(*) FROM users WHERE display_name IS NULL
                            expect: 0
                          - name: no row came or went
                            rowCount: unchanged
                  - phase: contract
                    after:
                      deployment: { application: %2$s, version: ">=2.5.0", because: nothing reads username any more }
                      absent: { application: %2$s, version: "<2.5.0", because: it still reads username }
                      soak: 1s
                      backup: { maxAge: 24h }
                    steps:
                      - step: drop-username
                        sql: ALTER TABLE users DROP COLUMN username;
                        pointOfNoReturn: true
                        rollback:
                          impossible: username is gone; restore it from the backup.
                          dataLoss: total
                """.formatted(plan(), application());
    }

    /** Submits a plan as its author. */
    public JsonNode submit(String yaml) {
        return api.as("author").postYaml("/plans", yaml).expect(201).body();
    }

    /** Opens a rollout of the plan's first revision over the fleet. */
    public JsonNode open(String plan, Object... waves) {
        return api.as("author").post("/rollouts", Map.of("plan", plan, "revision", 1, "environment", "production",
                "targets", Map.of("labels", Map.of("fleet", tag)), "waves", List.of(waves), "startPhases", "auto"))
                .expect(202).body();
    }

    public JsonNode rollout(long id) {
        return api.as("author").get("/rollouts/" + id).expect(200).body();
    }

    public Api.Answer approve(JsonNode rollout, int phase) {
        return api.as("approver").post("/rollouts/" + rollout.path("id").asLong() + "/phases/" + phase + "/approvals",
                Map.of("decision", "approve", "digest", rollout.path("digest").asString(), "comment", "read it"));
    }

    /** Approves what the phase's own digest stands for, as it is now. */
    public Api.Answer approveOnEvidence(long rollout, int phase) {
        return api.as("approver").post("/rollouts/" + rollout + "/phases/" + phase + "/approvals", Map.of("decision",
                "approve", "digest", rollout(rollout).at("/phases/" + phase + "/digest").asString()));
    }

    /** Crosses the river as the default policy of production asks: two people type the plan's name. */
    public void cross(JsonNode rollout, int phase) {
        for (String approver : List.of("approver", "second")) {
            api.as(approver).post("/rollouts/" + rollout.path("id").asLong() + "/phases/" + phase + "/approvals",
                    Map.of("decision", "approve", "digest", rollout.path("digest").asString(), "crossing",
                            rollout.path("plan").asString()))
                    .expect(201);
        }
    }

    /** Sets the speed of a rollout's backfills, from 0 to 1, on the version just read. */
    public void speed(long rollout, double speed) {
        api.as("operator").patchNewest("/rollouts/" + rollout, "/speed", Map.of("speed", speed)).expect(200);
    }

    public void deployed(String version, String state) {
        api.as("operator").post("/deployments", Map.of("application", application(), "version", version,
                "environment", "production", "state", state)).expect(201);
    }

    public void backedUp() {
        names().forEach(name -> api.as("operator").post("/backups", Map.of("target", name, "takenAt",
                java.time.Instant.now().minusSeconds(5).toString(), "kind", "pg_basebackup", "reference", "b/" + name))
                .expect(201));
    }

    /** Waits until a phase is in this state, and tells the rollout when it never is. */
    public JsonNode awaitPhase(long id, int phase, String state) {
        return await(id, "phase " + phase + " " + state, rollout -> Api.phaseState(rollout, phase).equals(state));
    }

    public JsonNode awaitState(long id, String state) {
        return await(id, state, rollout -> rollout.path("state").asString("").equals(state));
    }

    /** Looks at the schema of a target, as soon as what the last run left there has been read. */
    public void look(String target) {
        Awaitility.await("a look at " + target).atMost(java.time.Duration.ofSeconds(180)).untilAsserted(
                () -> api.as("operator").post("/targets/" + target + "/drift/looks", Map.of()).expect(200));
    }

    public JsonNode await(long id, String what, java.util.function.Predicate<JsonNode> wanted) {
        JsonNode[] last = new JsonNode[1];
        try {
            Awaitility.await(what).atMost(java.time.Duration.ofSeconds(180))
                    .pollInterval(java.time.Duration.ofMillis(150)).until(() -> {
                        last[0] = rollout(id);
                        return wanted.test(last[0]);
                    });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("rollout " + id + " never came to " + what + "; it is " + last[0], e);
        }
        return last[0];
    }
}
