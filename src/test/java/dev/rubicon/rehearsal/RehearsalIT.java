package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.faults.PageReader;
import dev.rubicon.security.Accounts;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.People;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Plans up, down and up again on shadows, asked for over REST. */
@RubiconTest
class RehearsalIT {

    private static final TestPostgres.Database SERVER = TestPostgres.database();

    @DynamicPropertySource
    static void serverForShadows(DynamicPropertyRegistry registry) {
        registry.add("rubicon.rehearsal.url", SERVER::url);
        registry.add("rubicon.rehearsal.username", SERVER::user);
        registry.add("rubicon.rehearsal.password", SERVER::password);
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @LocalServerPort
    private int port;

    @Autowired
    private Accounts accounts;

    private Api api;

    @BeforeEach
    void thePeople() {
        People.arrive(accounts);
        api = Api.of(port);
    }

    @AfterEach
    void leavesNoShadowBehind() {
        await().atMost(Duration.ofSeconds(240)).untilAsserted(() -> assertThat(shadows()).isEmpty());
    }

    private static List<@Nullable String> shadows() {
        return SERVER.jdbc().sql("""
                SELECT datname FROM pg_database WHERE datname LIKE 'rubicon_shadow%'
                UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 'rubicon_shadow%'""").query(String.class).list();
    }

    private JsonNode rehearse(Fleet fleet, String plan) {
        return rehearse(fleet, plan, "empty schema");
    }

    private JsonNode rehearse(Fleet fleet, String plan, String evidenceClass) {
        JsonNode asked = api.as("author").post("/plans/" + plan + "/revisions/1/rehearsals",
                Map.of("target", fleet.names().getFirst(), "class", evidenceClass)).expect(202).body();
        return ended(asked.path("id").asLong());
    }

    private JsonNode ended(long id) {
        JsonNode[] last = new JsonNode[1];
        await("the end of rehearsal " + id).atMost(Duration.ofSeconds(240)).until(() -> {
            last[0] = api.as("author").get("/rehearsals/" + id).expect(200).body();
            return !last[0].path("endedAt").isNull();
        });
        return last[0];
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
                        rollback: { %s }
                """.formatted(name, forward, rollback);
    }

    private static List<String> texts(JsonNode array, String member) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.path(member).asString()));
        return texts;
    }

    @Test
    void goesUpDownAndUpAgainThroughTheExecution() {
        Fleet fleet = new Fleet(api, "rehup", 1, 500);
        fleet.submit(fleet.renameUsername());
        JsonNode seen = rehearse(fleet, fleet.plan());

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        JsonNode legs = seen.at("/report/legs");
        List<String> ways = new ArrayList<>();
        legs.forEach(leg -> ways.add(leg.path("way").asString() + " " + leg.path("phase").asInt()));
        assertThat(ways).containsExactly("up 0", "up 1", "down 1", "down 0", "up again 0", "up again 1", "up again 2");
        assertThat(seen.at("/report/wayBack/schema")).isEmpty();
        assertThat(legs.at("/0/fingerprint").asString()).isEqualTo(legs.at("/4/fingerprint").asString())
                .isNotEqualTo(legs.at("/3/fingerprint").asString());

        JsonNode add = legs.at("/0/steps/0/seen");
        assertThat(add.at("/locks/0/relation").asString()).isEqualTo("public.users");
        assertThat(add.at("/locks/0/mode").asString()).isEqualTo("ACCESS EXCLUSIVE");
        assertThat(add.at("/locks/0/exact").asBoolean()).isTrue();
        assertThat(add.at("/statements/0/sql").asString()).contains("ADD COLUMN display_name");
        assertThat(legs.at("/0/steps/1/seen/statements/0/scans/0/relation").asString())
                .as("read as a whole by the build of its index, outside a transaction").isEqualTo("public.users");
        assertThat(add.path("walBytes").asLong()).isPositive();
        assertThat(fleet.database("rehup-0").value("SELECT count(*) FROM users")).isEqualTo("500");
        assertThat(fleet.database("rehup-0").value("SELECT to_regclass('rubicon.ledger')")).isNull();
        assertThat(texts(api.as("author").get("/plans/" + fleet.plan() + "/revisions/1/rehearsals").expect(200).body()
                .path("items"), "state")).containsExactly("PASSED");
        assertThat(api.as("author").get("/rollouts").expect(200).body().path("items").toString())
                .doesNotContain(fleet.plan());
    }

    @Test
    void tellsARewriteAndTheIndexesItTookAlong() {
        Fleet fleet = new Fleet(api, "rehrewrite", 1, 10);
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ALTER COLUMN touched TYPE bigint",
                "sql: ALTER TABLE users ALTER COLUMN touched TYPE int, dataLoss: none"));
        JsonNode seen = rehearse(fleet, fleet.plan());

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        JsonNode rewritten = seen.at("/report/legs/0/steps/0/seen/rewritten");
        assertThat(rewritten.toString()).contains("public.users").contains("public.users_pkey");
    }

    @Test
    void laysWhatWasForeseenBesideWhatWasSeen() {
        Fleet fleet = new Fleet(api, "rehforesee", 1, 10);
        fleet.submit("""
                plan: %s
                title: Foreseen, and not
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: as-foreseen
                        sql: ALTER TABLE users ADD COLUMN more int
                        rollback: { sql: ALTER TABLE users DROP COLUMN more, dataLoss: none }
                      - step: hidden
                        sql: |
                          DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'users ALTER COLUMN touched TYPE bigint'; END $$
                        rollback: { sql: ALTER TABLE users ALTER COLUMN touched TYPE int, dataLoss: none }
                """.formatted(fleet.plan()));
        JsonNode seen = rehearse(fleet, fleet.plan());

        JsonNode foreseen = seen.at("/foreseen/0");
        assertThat(foreseen.path("step").asString()).as(seen.toPrettyString()).isEqualTo("as-foreseen");
        assertThat(foreseen.at("/foreseen/0/locks/0/relation").asString()).isEqualTo("public.users");
        assertThat(foreseen.at("/foreseen/0/locks/0/mode").asString()).isEqualTo("ACCESS EXCLUSIVE");
        assertThat(foreseen.path("disagreements")).isEmpty();
        assertThat(seen.at("/report/legs/0/steps/0/seen/statements/0/scans").isEmpty()).isTrue();
        JsonNode read = seen.at("/report/legs/0/steps/1/seen/statements/0/scans/0");
        assertThat(read.path("relation").asString()).as(seen.toPrettyString()).isEqualTo("public.users");
        assertThat(seen.at("/foreseen/1/disagreements").toString())
                .contains("public.users was read as a whole, which was not foreseen");
        assertThat(seen.at("/foreseen/1/disagreements").toString())
                .contains("ACCESS EXCLUSIVE on public.users was taken; foreseen was none",
                        "public.users was made anew, which was not foreseen");
        assertThat(PageReader.signedIn(port, "author", "author")
                .get(port, "/plans/" + fleet.plan() + "/revisions/1/rehearsals").body())
                .contains("public.users was made anew, which was not foreseen");
        JsonNode undo = api.as("author").get("/plans/" + fleet.plan() + "/revisions/1/rollback-plan").expect(200)
                .body();
        assertThat(undo.at("/measured/rehearsal").asLong()).isEqualTo(seen.path("id").asLong());
        assertThat(undo.at("/measured/class").asString()).isEqualTo("empty schema");
        assertThat(texts(undo.at("/measured/steps"), "step")).containsExactly("hidden", "as-foreseen");
        assertThat(undo.at("/measured/phases/0/millis").asLong()).isPositive();
        assertThat(PageReader.signedIn(port, "author", "author").get(port, "/plans/" + fleet.plan() + "?tab=rollback")
                .body()).contains("The whole way back took", "in rehearsal #" + seen.path("id").asLong());
    }

    @Test
    void findsAWayBackThatLeavesSomethingOut() {
        Fleet fleet = new Fleet(api, "rehwrong", 1, 10);
        fleet.database("rehwrong-0").run("CREATE INDEX by_name ON users (username)");
        fleet.submit("""
                plan: %s
                title: Forgets the index
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: wider
                        sql: DROP INDEX by_name; CREATE INDEX by_names ON users (username, id)
                        rollback: { sql: DROP INDEX by_names, dataLoss: none }
                """.formatted(fleet.plan()));
        JsonNode seen = rehearse(fleet, fleet.plan());

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("DIFFERS");
        assertThat(texts(seen.at("/report/wayBack/schema"), "object")).containsExactly("index public.by_name");
        assertThat(texts(seen.at("/report/wayBack/schema"), "way")).containsExactly("removed");
    }

    @Test
    void showsOnItsPageWhatWasSeen() {
        Fleet fleet = new Fleet(api, "rehpage", 1, 10);
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ADD COLUMN more int",
                "sql: ALTER TABLE users DROP COLUMN more, dataLoss: none"));
        String page = "/plans/" + fleet.plan() + "/revisions/1/rehearsals";
        PageReader author = PageReader.signedIn(port, "author", "author");
        assertThat(author.get(port, "/plans/" + fleet.plan()).body()).contains(page);
        assertThat(author.get(port, page).body()).contains("rehpage-0", "Rehearse it", "value=\"synthetic rows\"",
                "Operators of the target&#39;s environment may ask for it.").doesNotContain("value=\"copy of data\"");
        assertThat(PageReader.signedIn(port, "operator", "operator").get(port, page).body())
                .contains("value=\"copy of data\"");
        assertThat(author.send(port, page, author.token(port, page), Map.of("target", "rehpage-0", "class",
                "empty schema")).statusCode()).isEqualTo(302);
        ended(api.as("author").get(page).expect(200).body().at("/items/0/id").asLong());

        assertThat(author.get(port, page).body()).contains("gives back what was there", "ACCESS EXCLUSIVE",
                "public.users", "Up again", "Its tables hold no rows").doesNotContain("data-refresh");
        assertThat(PageReader.signedIn(port, "approver", "approver").get(port, page).body())
                .doesNotContain("Rehearse it");
    }

    @Test
    void findsRowsThatTheWayBackDoesNotGiveBack() {
        Fleet fleet = new Fleet(api, "rehdata", 1, 50);
        fleet.database("rehdata-0").run("ANALYZE");
        fleet.submit("""
                plan: %s
                title: Empties a column
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: touch
                        sql: UPDATE users SET touched = -1
                        rollback: { sql: UPDATE users SET touched = 0, dataLoss: none }
                """.formatted(fleet.plan()));
        JsonNode seen = rehearse(fleet, fleet.plan(), "synthetic rows");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("DIFFERS");
        assertThat(seen.at("/report/wayBack/schema")).isEmpty();
        assertThat(seen.at("/report/wayBack/rows").asLong()).isEqualTo(50);
        assertThat(seen.at("/report/wayBack/data").toString())
                .contains("public.users: the values of touched are not what they were");
    }

    @Test
    void carriesTheStoryOverSyntheticRows() {
        Fleet fleet = new Fleet(api, "rehrows", 1, 300);
        fleet.database("rehrows-0").run("ANALYZE");
        fleet.submit(fleet.renameUsername().replace(", touched: touched + 1", ""));
        JsonNode seen = rehearse(fleet, fleet.plan(), "synthetic rows");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        assertThat(seen.at("/report/legs/1/steps/0/rows").asLong()).isEqualTo(300);
        assertThat(seen.at("/report/wayBack/rows").asLong()).isEqualTo(300);
        assertThat(seen.at("/report/notes").toString()).doesNotContain("Not on the shadow", "rows");
    }

    @Test
    void findsThatAWayBackLosesWhatTheApplicationWroteMeanwhile() {
        Fleet fleet = new Fleet(api, "rehlost", 1, 50);
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ADD COLUMN nickname text",
                "sql: ALTER TABLE users DROP COLUMN nickname, dataLoss: none"));
        JsonNode seen = rehearse(fleet, fleet.plan(), "synthetic rows");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("DIFFERS");
        assertThat(seen.at("/report/wayBack/data")).isEmpty();
        assertThat(texts(seen.at("/report/played/losses"), "words")).containsExactly("public.users, column nickname: "
                + "13 rows that the new application wrote lost it with the column; the plan says that going back loses "
                + "nothing");
        String page = "/plans/" + fleet.plan() + "/revisions/1/rehearsals";
        assertThat(PageReader.signedIn(port, "author", "author").get(port, page).body())
                .contains("The way back loses what the plan does not say", "column nickname: 13 rows");
    }

    @Test
    void believesADeclaredLossOfWhatTheApplicationWroteMeanwhile() {
        Fleet fleet = new Fleet(api, "rehdeclared", 1, 50);
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ADD COLUMN nickname text",
                "sql: ALTER TABLE users DROP COLUMN nickname, dataLoss: new-writes"));
        JsonNode seen = rehearse(fleet, fleet.plan(), "synthetic rows");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        assertThat(texts(seen.at("/report/played/losses"), "declaredBy")).containsExactly("only");
    }

    @Test
    void losesNothingWhereATriggerKeepsBothColumnsInStep() {
        Fleet fleet = new Fleet(api, "rehdual", 1, 50);
        fleet.submit(fleet.renameUsername().replace(", touched: touched + 1", "").replace(
                "          where: display_name IS NULL\n",
                "          where: display_name IS NULL\n          dualWrite: { from: username, to: display_name }\n"));
        JsonNode seen = rehearse(fleet, fleet.plan(), "synthetic rows");

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        assertThat(texts(seen.at("/report/legs/1/steps"), "step")).contains("copy-username-dual-write");
        assertThat(seen.at("/report/played/losses")).isEmpty();
        assertThat(seen.at("/report/played/untested")).isEmpty();
        assertThat(texts(seen.at("/report/played/written"), "by")).containsExactly("old", "new", "new", "new");
        JsonNode trigger = seen.at("/report/legs/1/steps/0/trigger");
        assertThat(trigger.path("rows").asInt()).as(trigger.toPrettyString()).isPositive();
        assertThat(trigger.path("times").asInt()).isPositive();
        assertThat(trigger.path("plainMicros").asDouble()).isPositive();
        assertThat(trigger.has("moreMicros")).isTrue();
        assertThat(trigger.has("unmeasured")).isFalse();

        JsonNode empty = rehearse(fleet, fleet.plan());
        assertThat(empty.at("/report/legs/1/steps/0/trigger/rows").asInt()).isZero();
        assertThat(empty.at("/report/legs/1/steps/0/trigger/unmeasured").asString())
                .isEqualTo("users has no rows here with a value in username");
    }

    @Test
    void findsAGrantThatTheWayBackLoses() {
        Fleet fleet = new Fleet(api, "rehgrant", 1, 10);
        String role = "rehgrant_reader_" + ProcessHandle.current().pid();
        fleet.database("rehgrant-0").run("CREATE ROLE " + role, "CREATE VIEW names AS SELECT username FROM users",
                "GRANT SELECT ON names TO " + role);
        try {
            fleet.submit(plan(fleet.plan(), "DROP VIEW names; CREATE VIEW names AS SELECT username, id FROM users",
                    "sql: 'DROP VIEW names; CREATE VIEW names AS SELECT username FROM users', dataLoss: none"));
            JsonNode seen = rehearse(fleet, fleet.plan());

            assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("DIFFERS");
            assertThat(texts(seen.at("/report/wayBack/schema"), "object")).containsExactly("view public.names");
            assertThat(seen.at("/report/wayBack/schema/0/diff").asString()).contains("-GRANT SELECT").contains(role);
        } finally {
            fleet.database("rehgrant-0").run("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void tellsWhichStepFailedAndWhy() {
        Fleet fleet = new Fleet(api, "rehfail", 1, 10);
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ADD COLUMN more int",
                "sql: ALTER TABLE users DROP COLUMN moore, dataLoss: none"));
        JsonNode seen = rehearse(fleet, fleet.plan());

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("FAILED");
        assertThat(seen.at("/report/failure/way").asString()).isEqualTo("down");
        assertThat(seen.at("/report/failure/step").asString()).isEqualTo("only");
        assertThat(seen.at("/report/failure/message").asString()).contains("moore");
    }

    @Test
    void callsARehearsalThatExecutedNothingNoEvidence() {
        Fleet fleet = new Fleet(api, "rehnone", 1, 10);
        fleet.submit("""
                plan: %s
                title: Looks only
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: look
                        check: [ { name: no rows, sql: SELECT count(*) FROM users, expect: 0 } ]
                        rollback: { nothing: it changes nothing, dataLoss: none }
                """.formatted(fleet.plan()));
        JsonNode seen = rehearse(fleet, fleet.plan());

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("EMPTY");
        assertThat(seen.path("evidence").asBoolean()).isFalse();
    }

    @Test
    void runsWithoutAnyRightOnTheRestOfTheServer() {
        Fleet fleet = new Fleet(api, "rehweak", 1, 10);
        fleet.submit(plan(fleet.plan(), "CREATE ROLE rehweak_intruder SUPERUSER",
                "sql: DROP ROLE rehweak_intruder, dataLoss: none"));
        JsonNode seen = rehearse(fleet, fleet.plan());

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("FAILED");
        assertThat(seen.at("/report/failure/message").asString()).contains("permission denied");
    }

    @Test
    void goesStaleWhenItsTargetMovesAndKeepsRolloutsFromStarting() {
        Fleet fleet = new Fleet(api, "rehstale", 1, 10);
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ADD COLUMN more int",
                "sql: ALTER TABLE users DROP COLUMN more, dataLoss: none"));
        demandEvidence("{ \"class\": \"empty schema\", \"maxAge\": \"1d\" }");
        try {
            JsonNode opened = fleet.open(fleet.plan());
            long rollout = opened.path("id").asLong();
            assertThat(Api.blockers(opened, 0)).contains("rehearsal");
            JsonNode begun = api.as("author").get("/plans/" + fleet.plan() + "/revisions/1/rehearsals").expect(200)
                    .body()
                    .path("items");
            assertThat(begun).as("the rollout's opening asks for what is demanded").hasSize(1);
            long id = begun.at("/0/id").asLong();
            assertThat(ended(id).path("state").asString()).isEqualTo("PASSED");
            assertThat(Api.blockers(fleet.rollout(rollout), 0)).doesNotContain("rehearsal");
            assertThat(api.as("author").post("/rehearsals/" + id + "/looks", Map.of()).expect(200).body()
                    .at("/standing/moved")).isEmpty();
            api.as("approver").post("/rehearsals/" + id + "/looks", Map.of()).expect(403);

            long newest = rehearse(fleet, fleet.plan()).path("id").asLong();
            fleet.database("rehstale-0").run("CREATE INDEX by_name ON users (username)");
            assertThat(api.as("author").post("/rehearsals/" + newest + "/looks", Map.of()).expect(200).body()
                    .at("/standing/moved").toString()).isEqualTo("[\"index public.by_name is new\"]");
            assertThat(Api.blockers(fleet.rollout(rollout), 0)).as("the older one held when it was looked at last")
                    .contains("rehearsal");
            assertThat(fleet.rollout(rollout).at("/phases/0/blockers").toString()).contains("by_name is new");

            policy("drift", "{ \"ignore\": [ \"index public.by_*\" ] }");
            assertThat(api.as("author").post("/rehearsals/" + newest + "/looks", Map.of()).expect(200).body()
                    .at("/standing/moved")).as("what the environment ignores is no difference").isEmpty();
        } finally {
            policy("drift", "null");
            demandEvidence("null");
        }
    }

    @Test
    void bindsApprovalsToTheEvidenceThatIsDemanded() {
        Fleet fleet = new Fleet(api, "rehbound", 1, 10);
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ADD COLUMN more int",
                "sql: ALTER TABLE users DROP COLUMN more, dataLoss: none"));
        demandEvidence("{ \"class\": \"empty schema\", \"maxAge\": \"1d\" }");
        try {
            JsonNode opened = fleet.open(fleet.plan());
            long rollout = opened.path("id").asLong();
            JsonNode refused = fleet.approve(opened, 0).expect(409).body();
            assertThat(refused.path("type").asString()).isEqualTo("/problems/evidence-missing");
            assertThat(api.as("approver").post("/rollouts/" + rollout + "/phases/0/approvals",
                    Map.of("decision", "approve", "digest", "sha256:of evidence that went stale")).expect(409).body()
                    .path("type").asString()).as("what is missing, not that the digest is another one")
                    .isEqualTo("/problems/evidence-missing");
            long id = api.as("author").get("/plans/" + fleet.plan() + "/revisions/1/rehearsals").expect(200).body()
                    .at("/items/0/id").asLong();
            ended(id);

            JsonNode unseen = fleet.approve(opened, 0).expect(409).body();
            assertThat(unseen.path("type").asString()).isEqualTo("/problems/stale-digest");
            assertThat(unseen.at("/evidence/rehearsal").asLong()).isEqualTo(id);
            String digest = fleet.rollout(rollout).at("/phases/0/digest").asString();
            assertThat(unseen.path("digest").asString()).isEqualTo(digest)
                    .isNotEqualTo(opened.path("digest").asString());

            JsonNode approved = fleet.approveOnEvidence(rollout, 0).expect(201).body()
                    .at("/phases/0/approvals/0/evidence");
            assertThat(approved.path("approvedDigest").asString()).isEqualTo(digest);
            assertThat(approved.at("/rehearsal/rehearsal").asLong()).isEqualTo(id);
            assertThat(approved.at("/rehearsal/class").asString()).isEqualTo("empty schema");
            assertThat(approved.at("/rehearsal/sourceFingerprint").asString()).hasSize(64);
            fleet.awaitState(rollout, "DONE");
            assertThat(PageReader.signedIn(port, "author", "author").get(port, "/rollouts/" + rollout).body())
                    .contains("rehearsal #" + id + ", empty schema");
        } finally {
            demandEvidence("null");
        }
    }

    /** A column, then another one. */
    private static String twoPhases(Fleet fleet) {
        return """
                plan: %s
                title: Two columns
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: one
                        sql: ALTER TABLE users ADD COLUMN one int
                        rollback: { sql: ALTER TABLE users DROP COLUMN one, dataLoss: none }
                  - phase: expand
                    after: { manual: [ { name: go, because: somebody looks } ] }
                    steps:
                      - step: two
                        sql: ALTER TABLE users ADD COLUMN two int
                        rollback: { sql: ALTER TABLE users DROP COLUMN two, dataLoss: none }
                """.formatted(fleet.plan());
    }

    private long rehearsed(Fleet fleet) {
        long id = api.as("author").get("/plans/" + fleet.plan() + "/revisions/1/rehearsals").expect(200).body()
                .at("/items/0/id").asLong();
        assertThat(ended(id).path("state").asString()).isEqualTo("PASSED");
        return id;
    }

    private JsonNode surveyed(long rollout) {
        JsonNode[] last = new JsonNode[1];
        await("the survey of rollout " + rollout).atMost(Duration.ofSeconds(240)).until(() -> {
            last[0] = api.as("author").get("/rollouts/" + rollout + "/survey").expect(200).body();
            return !last[0].path("endedAt").isNull();
        });
        return last[0];
    }

    private JsonNode lastRun(long rollout, String target) {
        JsonNode runs = api.as("author").get("/rollouts/" + rollout + "/runs/" + target).expect(200).body();
        return runs.get(runs.size() - 1);
    }

    @Test
    void rehearsesEachSchemaOnceBeforeItIsTouched() {
        Fleet fleet = new Fleet(api, "rehalike", 3, 10);
        fleet.database("rehalike-2").run("CREATE INDEX by_name ON users (username)");
        fleet.submit(twoPhases(fleet));
        demandEvidence("{ \"class\": \"empty schema\", \"maxAge\": \"1d\" }");
        try {
            long rollout = fleet.open(fleet.plan()).path("id").asLong();
            JsonNode survey = surveyed(rollout);
            assertThat(survey.path("schemas")).hasSize(2);
            assertThat(survey.at("/schemas/0/targets").toString()).isEqualTo("[\"rehalike-0\",\"rehalike-1\"]");
            assertThat(survey.at("/schemas/1/targets").toString()).isEqualTo("[\"rehalike-2\"]");
            long first = survey.at("/schemas/0/rehearsal").asLong();
            assertThat(ended(first).path("state").asString()).isEqualTo("PASSED");
            fleet.approveOnEvidence(rollout, 0).expect(201);
            fleet.awaitPhase(rollout, 0, "DONE");

            assertThat(lastRun(rollout, "rehalike-1").at("/schemaBefore/rehearsal").asLong())
                    .as("it is like the rehearsed one").isEqualTo(first);
            assertThat(lastRun(rollout, "rehalike-1").at("/schemaBefore/moved")).isEmpty();
            JsonNode asked = api.as("author").get("/plans/" + fleet.plan() + "/revisions/1/rehearsals").expect(200)
                    .body().path("items");
            assertThat(texts(asked, "target")).containsExactly("rehalike-2", "rehalike-0");
            assertThat(survey.at("/schemas/1/rehearsal").asLong()).as("asked for before anybody came to its wave")
                    .isEqualTo(asked.at("/0/id").asLong());
            assertThat(lastRun(rollout, "rehalike-2").at("/schemaBefore/rehearsal").asLong())
                    .isEqualTo(asked.at("/0/id").asLong());
        } finally {
            demandEvidence("null");
        }
    }

    @Test
    void tellsWhichSchemasItLeavesOut() {
        Fleet fleet = new Fleet(api, "rehmany", 7, 1);
        for (int i = 0; i < 7; i++) {
            fleet.database("rehmany-" + i).run("CREATE TABLE of_its_own_%d (id int)".formatted(i));
        }
        // what is asked for fails at once, which is enough here
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ADD COLUMN more nothing",
                "sql: ALTER TABLE users DROP COLUMN more, dataLoss: none"));
        demandEvidence("{ \"class\": \"empty schema\", \"maxAge\": \"1d\" }");
        try {
            long rollout = fleet.open(fleet.plan()).path("id").asLong();
            JsonNode survey = surveyed(rollout);

            assertThat(survey.path("schemas")).hasSize(7);
            assertThat(survey.at("/schemas/4/rehearsal").asLong()).isPositive();
            assertThat(survey.at("/schemas/5/rehearsal").isNull()).isTrue();
            assertThat(survey.at("/schemas/6/why").asString())
                    .startsWith("5 schemas of one rollout are rehearsed at its opening");
            assertThat(PageReader.signedIn(port, "author", "author").get(port, "/rollouts/" + rollout).body())
                    .contains("7 schemas among 7 targets", "left out");
            api.as("operator").post("/rollouts/" + rollout + "/cancel", Map.of()).expect(202);
        } finally {
            demandEvidence("null");
        }
    }

    @Test
    void refusesATargetThatIsNotWhatWasRehearsedUntilItIs() {
        Fleet fleet = new Fleet(api, "rehother", 1, 10);
        fleet.submit(twoPhases(fleet));
        demandEvidence("{ \"class\": \"empty schema\", \"maxAge\": \"1d\" }");
        try {
            long rollout = fleet.open(fleet.plan()).path("id").asLong();
            rehearsed(fleet);
            fleet.approveOnEvidence(rollout, 0).expect(201);
            fleet.awaitPhase(rollout, 0, "DONE");
            fleet.database("rehother-0").run("CREATE INDEX by_name ON users (username)",
                    "CREATE TABLE elsewhere (id int)");
            fleet.approveOnEvidence(rollout, 1).expect(201);
            api.as("operator").post("/rollouts/" + rollout + "/phases/1/manual-gates/go", Map.of()).expect(201);

            JsonNode blocked = fleet.await(rollout, "blocked", seen -> seen.at("/targets/0/blocker/type").asString("")
                    .equals("rehearsal"));
            assertThat(blocked.at("/targets/0/blocker/facts/moved").toString())
                    .isEqualTo("[\"index public.by_name is new\"]");
            assertThat(fleet.database("rehother-0")
                    .value("""
                    SELECT count(*) FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'two'"""))
                    .isEqualTo("0");
            fleet.database("rehother-0").run("DROP INDEX by_name");
            fleet.awaitState(rollout, "DONE");
            assertThat(lastRun(rollout, "rehother-0").at("/schemaBefore/moved").toString())
                    .as("what is no matter of the plan's is told alone")
                    .isEqualTo("[\"table public.elsewhere is new\"]");
        } finally {
            demandEvidence("null");
        }
    }

    @Test
    void onlyTellsThatATargetIsNotWhatWasRehearsedWhereNothingIsDemanded() {
        Fleet fleet = new Fleet(api, "rehtold", 1, 10);
        fleet.submit(twoPhases(fleet));
        assertThat(rehearse(fleet, fleet.plan()).path("state").asString()).isEqualTo("PASSED");
        fleet.database("rehtold-0").run("CREATE INDEX by_name ON users (username)");
        JsonNode opened = fleet.open(fleet.plan());
        fleet.approve(opened, 0).expect(201);
        fleet.awaitPhase(opened.path("id").asLong(), 0, "DONE");

        assertThat(lastRun(opened.path("id").asLong(), "rehtold-0").at("/schemaBefore/moved").toString())
                .isEqualTo("[\"index public.by_name is new\"]");
        assertThat(PageReader.signedIn(port, "author", "author").get(port, "/rollouts/" + opened.path("id").asLong()
                + "/runs/rehtold-0").body()).contains("The schema was not the one of rehearsal", "by_name is new");
    }

    private void demandEvidence(String demand) {
        policy("rehearsal", demand);
    }

    private void policy(String member, String value) {
        Api admin = api.as("admin");
        Api.Answer production = admin.get("/environments/production").expect(200);
        ObjectNode body = JSON.createObjectNode();
        body.put("position", production.body().path("position").asInt());
        body.set("policy", ((ObjectNode) production.body().path("policy")).set(member, JSON.readTree(value)));
        admin.with("If-Match", production.headers().firstValue("ETag").orElseThrow())
                .put("/environments/production", body).expect(200);
    }

    @Test
    void isForAuthorsAndOperatorsOfTheEnvironment() {
        Fleet fleet = new Fleet(api, "rehrights", 1, 10);
        fleet.submit(plan(fleet.plan(), "ALTER TABLE users ADD COLUMN more int",
                "sql: ALTER TABLE users DROP COLUMN more, dataLoss: none"));
        String path = "/plans/" + fleet.plan() + "/revisions/1/rehearsals";
        Map<String, String> body = Map.of("target", "rehrights-0");

        api.as("approver").post(path, body).expect(403);
        api.as("author").post(path, Map.of("target", "nowhere")).expect(404);
        assertThat(api.as("author").post(path, Map.of()).expect(422).body().at("/violations/0/pointer").asString())
                .isEqualTo("/target");
        assertThat(api.as("author").post(path, Map.of("target", "rehrights-0", "class", "gold")).expect(422).body()
                .at("/violations/0/pointer").asString()).isEqualTo("/class");

        api.as("admin").post("/users", Map.of("name", "stranger", "password", "stranger to all", "roles",
                Map.of("development", List.of("author")))).expect(201);
        api.as("stranger", "stranger to all").post(path, body).expect(404);
        long id = api.as("operator").post(path, body).expect(202).body().path("id").asLong();
        api.as("stranger", "stranger to all").get("/rehearsals/" + id).expect(404);
        assertThat(api.as("stranger", "stranger to all").get(path).expect(200).body().path("items")).isEmpty();
        ended(id);
    }

    /** Takes a lock that nothing but the target's own rows would tell of. */
    private static final String GRAB = """
            CREATE FUNCTION grab() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
                IF EXISTS (SELECT FROM users WHERE username = 'user7') THEN
                    LOCK TABLE users IN ACCESS EXCLUSIVE MODE;
                END IF;
            END $$""";

    @Test
    void laysWhatProductionTookBesideWhatWasRehearsed() throws Exception {
        Fleet fleet = new Fleet(api, "rehprod", 1, 50);
        fleet.database("rehprod-0").run(GRAB);
        fleet.submit(plan(fleet.plan(), "SELECT grab()", "nothing: it only takes a lock, dataLoss: none"));
        JsonNode rehearsed = rehearse(fleet, fleet.plan());
        // the look at what a statement holds takes five times as long at most
        policy("stallBudget", "\"1s\"");
        long rollout;
        try {
            try (Connection holder = DriverManager.getConnection(fleet.database("rehprod-0").url()
                    + "?ApplicationName=rehprod-shop", fleet.database("rehprod-0").user(),
                    fleet.database("rehprod-0").password())) {
                holder.setAutoCommit(false);
                holder.createStatement().execute("LOCK TABLE users IN ROW EXCLUSIVE MODE");
                JsonNode opened = fleet.open(fleet.plan());
                rollout = opened.path("id").asLong();
                fleet.approveOnEvidence(rollout, 0).expect(201);
                await().atMost(Duration.ofSeconds(240)).until(() -> api.as("author")
                        .get("/rollouts/" + rollout + "/runs/rehprod-0").expect(200).body().toString()
                        .contains("rehprod-shop"));
            }
            fleet.awaitState(rollout, "DONE");
        } finally {
            policy("stallBudget", "\"100ms\"");
        }

        JsonNode locks = api.as("author").get("/rollouts/" + rollout + "/runs/rehprod-0/locks").expect(200).body();
        assertThat(locks.at("/0/rehearsal").asLong()).as(locks.toPrettyString())
                .isEqualTo(rehearsed.path("id").asLong());
        assertThat(locks.at("/0/disagreements").toString()).contains(
                "ACCESS EXCLUSIVE on public.users was taken; rehearsed was ACCESS SHARE, foreseen was none");
        JsonNode users = locks.at("/0/relations").get(0);
        assertThat(users.path("relation").asString()).isEqualTo("public.users");
        assertThat(users.at("/inProduction/exact").asBoolean()).isTrue();
        assertThat(locks.at("/0/seen/waitedMillis").asLong()).isPositive();
        assertThat(texts(locks.at("/0/seen/holders"), "application")).contains("rehprod-shop");
        PageReader author = PageReader.signedIn(port, "author", "author");
        assertThat(author.get(port, "/rollouts/" + rollout + "/runs/rehprod-0").body())
                .contains("otherwise than expected", "rehearsed was ACCESS SHARE", "rehprod-shop");
        assertThat(author.get(port, "/plans/" + fleet.plan() + "/revisions/1/rehearsals").body())
                .contains("on 1 target", "ACCESS EXCLUSIVE on public.users was taken; rehearsed was ACCESS SHARE");
    }
}
