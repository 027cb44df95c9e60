package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rubicon.security.Accounts;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.People;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Rehearsals on clones of copies that an administrator restored. */
@RubiconTest
class RehearsalCopyIT {

    @LocalServerPort
    private int port;

    @Autowired
    private Accounts accounts;

    @Autowired
    private RehearsalRows rows;

    private Api api;

    @BeforeEach
    void thePeople() {
        People.arrive(accounts);
        api = Api.of(port);
    }

    /** A database with a value that no synthetic row has, and with what a rollout left there. */
    private TestPostgres.Database restored(String name) {
        TestPostgres.Database copy = TestPostgres.database();
        copy.run("CREATE TABLE users (id bigint PRIMARY KEY, username text, touched int NOT NULL DEFAULT 0)",
                "INSERT INTO users SELECT i, 'restored' || i, -i FROM generate_series(1, 30) i",
                "CREATE INDEX only_here ON users (username)",
                "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'",
                "CREATE SCHEMA rubicon CREATE TABLE ledger (id int)");
        api.as("admin")
                .post("/targets", Map.of("name", name, "engine", "postgresql", "environment", "production", "url",
                        copy.url(), "username", copy.user(), "password", copy.password()))
                .expect(201);
        return copy;
    }

    private void name(String target, String copy) {
        set(target, "rehearsalCopy", copy);
    }

    /** Named by the target, and the copy says so too. */
    private void agree(String target, String copy) {
        name(target, copy);
        set(copy, "rehearsalCopyOf", target);
    }

    private void set(String target, String setting, String value) {
        String etag = api.as("admin").get("/targets/" + target).expect(200).headers().firstValue("ETag").orElseThrow();
        api.as("admin").with("If-Match", etag).patch("/targets/" + target,
                Map.of("settings", Map.of(setting, value))).expect(200);
    }

    private JsonNode rehearse(Fleet fleet) {
        long id = api.as("operator").post("/plans/" + fleet.plan() + "/revisions/1/rehearsals",
                Map.of("target", fleet.names().getFirst(), "class", "copy of data")).expect(202).body().path("id")
                .asLong();
        JsonNode[] last = new JsonNode[1];
        await("the end of rehearsal " + id).atMost(Duration.ofSeconds(240)).until(() -> {
            last[0] = api.as("author").get("/rehearsals/" + id).expect(200).body();
            return !last[0].path("endedAt").isNull();
        });
        await().atMost(Duration.ofSeconds(240)).until(() -> rows.find(id).orElseThrow().shadow() == null);
        return last[0];
    }

    private static String plan(Fleet fleet) {
        return """
                plan: %s
                title: Forbids what the data hold
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: only
                        sql: ALTER TABLE users ADD CONSTRAINT touched_positive CHECK (touched >= 0)
                        rollback: { sql: ALTER TABLE users DROP CONSTRAINT touched_positive, dataLoss: none }
                """.formatted(fleet.plan());
    }

    @Test
    void findsOnACloneOfTheCopyWhatOnlyItsDataShowAndLeavesTheCopyAlone() {
        Fleet fleet = new Fleet(api, "rehcopied", 1, 10);
        TestPostgres.Database copy = restored("rehcopied-copy");
        copy.run("CREATE FOREIGN DATA WRAPPER none", "CREATE SERVER live FOREIGN DATA WRAPPER none",
                "CREATE USER MAPPING FOR PUBLIC SERVER live", "CREATE USER MAPPING FOR CURRENT_USER SERVER live",
                "CREATE FOREIGN TABLE far (id int) SERVER live");
        agree("rehcopied-0", "rehcopied-copy");
        fleet.submit(plan(fleet));
        JsonNode seen = rehearse(fleet);

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("FAILED");
        assertThat(seen.at("/report/failure/message").asString()).contains("23514", "is not kept");
        assertThat(seen.path("report").toString()).doesNotContain("violated");
        assertThat(seen.at("/report/notes").toString()).contains("clone of rehcopied-copy, made on its server",
                "index public.only_here is on rehcopied-copy alone", "public.far").doesNotContain("is refused")
                .doesNotContain("mapping");
        assertThat(copy.value("SELECT count(*) FROM pg_user_mappings")).isEqualTo("2");

        assertThat(copy.value("SELECT count(*) FROM users WHERE username LIKE 'restored%'")).isEqualTo("30");
        assertThat(copy.value("SELECT to_regclass('rubicon.ledger')::text")).isEqualTo("rubicon.ledger");
        assertThat(copy.value("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'users'"))
                .isEqualTo(copy.user());
        assertThat(copy.value("SELECT count(*) FROM pg_database WHERE datname LIKE 'rubicon\\_shadow\\_" + rows.site()
                + "\\_" + seen.path("id").asLong() + "\\_%'")).isEqualTo("0");
    }

    @Test
    void carriesThePlanUpAndDownOnTheClone() {
        Fleet fleet = new Fleet(api, "rehcarried", 1, 10);
        TestPostgres.Database copy = restored("rehcarried-copy");
        copy.run("UPDATE users SET touched = 1", "DROP INDEX only_here", "DROP FUNCTION twice(int)");
        agree("rehcarried-0", "rehcarried-copy");
        fleet.submit(plan(fleet));
        JsonNode seen = rehearse(fleet);

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("PASSED");
        assertThat(seen.at("/report/wayBack/rows").asLong()).isEqualTo(30);
        assertThat(seen.at("/report/played/written/0/inserted").asInt()).isEqualTo(8);
        assertThat(seen.at("/report/notes").toString()).contains("The schema of rehcarried-copy is the target's");
    }

    @Test
    void refusesWhileSomebodyIsConnectedToTheCopy() throws SQLException {
        Fleet fleet = new Fleet(api, "rehbusy", 1, 10);
        TestPostgres.Database copy = restored("rehbusy-copy");
        agree("rehbusy-0", "rehbusy-copy");
        fleet.submit(plan(fleet));
        try (Connection somebody = DriverManager.getConnection(copy.url() + "?ApplicationName=report", copy.user(),
                copy.password())) {
            JsonNode seen = rehearse(fleet);
            assertThat(somebody.isValid(5)).isTrue();
            assertThat(seen.path("state").asString()).isEqualTo("BROKEN");
            assertThat(seen.path("message").asString())
                    .contains("rehbusy-copy cannot be cloned while others are connected to it: 1 session (report)");
        }
    }

    @Test
    void saysWhatToSetAndNeverTakesTheTargetForItsCopy() {
        Fleet fleet = new Fleet(api, "rehnocopy", 1, 10);
        fleet.submit(plan(fleet));
        assertThat(rehearse(fleet).path("message").asString()).contains("No copy of the data of rehnocopy-0 is named",
                "rehearsalCopy");
        name("rehnocopy-0", "nowhere");
        assertThat(rehearse(fleet).path("message").asString()).contains("there is no target of that name");
        agree("rehnocopy-0", "rehnocopy-0");
        assertThat(rehearse(fleet).path("message").asString()).contains("is the same database");
        api.as("author").patch("/targets/rehnocopy-0", Map.of("settings", Map.of("rehearsalCopy", "x"))).expect(403);
    }

    @Test
    void takesNoTargetForACopyThatDoesNotSayThatItIsOne() {
        Fleet fleet = new Fleet(api, "rehsilent", 1, 10);
        TestPostgres.Database other = restored("rehsilent-other");
        fleet.submit(plan(fleet));
        name("rehsilent-0", "rehsilent-other");
        String refused = "rehsilent-other does not say that it is a copy of rehsilent-0: set rehearsalCopyOf on it";
        assertThat(rehearse(fleet).path("message").asString()).contains(refused);
        set("rehsilent-other", "rehearsalCopyOf", "another");
        assertThat(rehearse(fleet).path("message").asString()).contains(refused);
        await().untilAsserted(() -> assertThat(other.value("SELECT count(*) FROM pg_stat_activity "
                + "WHERE datname = current_database() AND pid <> pg_backend_pid()")).isEqualTo("0"));
    }

    @Test
    void keepsNoValueThatAPlanHasTheServerQuote() {
        Fleet fleet = new Fleet(api, "rehquotes", 1, 10);
        restored("rehquotes-copy");
        agree("rehquotes-0", "rehquotes-copy");
        fleet.submit("""
                plan: %s
                title: Quotes a value
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: only
                        sql: UPDATE users SET touched = username::int
                        rollback: { nothing: it is a test, dataLoss: none }
                """.formatted(fleet.plan()));
        JsonNode seen = rehearse(fleet);

        assertThat(seen.path("state").asString()).as(seen.toPrettyString()).isEqualTo("FAILED");
        assertThat(seen.at("/report/failure/message").asString()).contains("22P02");
        assertThat(seen.toString()).doesNotContain("restored1");
    }

    @Test
    void isAskedForByOperatorsAlone() {
        Fleet fleet = new Fleet(api, "rehasked", 1, 10);
        fleet.submit(plan(fleet));
        Map<String, String> order = Map.of("target", "rehasked-0", "class", "copy of data");
        String path = "/plans/" + fleet.plan() + "/revisions/1/rehearsals";
        api.as("author").post(path, order).expect(403);
        api.as("operator").post(path, order).expect(202);
    }
}
