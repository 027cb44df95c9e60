package dev.rubicon.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@RubiconTest
@Import(RegistryApiTest.Objector.class)
@TestPropertySource(properties = "RUBICON_ENCRYPTION_KEY=" + RegistryApiTest.KEY)
class RegistryApiTest {

    static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    /** Stands for a higher room that still needs a target. */
    @TestConfiguration
    static class Objector {
        @EventListener
        void on(TargetLeaving leaving) {
            if (leaving.name().startsWith("needed-")) {
                throw new Problem(ProblemType.TARGET_IN_USE, "It is needed");
            }
        }
    }

    @LocalServerPort
    int port;
    @Autowired
    Accounts accounts;
    @Autowired
    Targets targets;
    @Autowired
    JdbcClient jdbc;
    @Autowired
    TargetRows rows;
    @Autowired
    TransactionTemplate transactions;

    private final String name = "t-" + UUID.randomUUID();
    private ApiClient admin;

    @BeforeEach
    void signIn() {
        admin = person(Map.of(Actor.EVERYWHERE, EnumSet.allOf(Role.class)));
    }

    @Test
    void registersATargetAndNeverShowsItsPassword() {
        var created = admin.post("/api/v1/targets", body(name, "production", ", \"password\": \"hush-hush\""));

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/api/v1/targets/" + name);
        assertThat(created.header("ETag")).isEqualTo("\"0\"");
        assertThat(created.json().path("passwordSource").asString()).isEqualTo("stored");
        assertThat(created.json().path("identity").isNull()).isTrue();
        var seen = admin.get("/api/v1/targets/" + name);
        assertThat(seen.json()).isEqualTo(created.json());
        assertThat(seen.body() + admin.get("/api/v1/targets?limit=200").body()
                + admin.get("/api/v1/audit?subjectId=" + name).body()).doesNotContain("hush-hush");
        assertThat(targets.access(name).password()).isEqualTo("hush-hush");
        assertThat(targets.access(name).toString()).doesNotContain("hush-hush");
        assertThat(admin.post("/api/v1/targets", body(name, "production", "")).problem()).isEqualTo("conflict");
    }

    @Test
    void tellsEveryViolation() {
        var answer = admin.post("/api/v1/targets", """
                {"name": "Not a name", "environment": "nowhere", "url": "jdbc:postgresql://u:hush@h/d",
                 "password": "x", "passwordRef": "env:HOME", "labels": {"no good!": "x"}}
                """);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("violations").findValuesAsString("pointer")).containsExactlyInAnyOrder("/name",
                "/engine", "/environment", "/url", "/labels", "/passwordRef", "/passwordRef");
        assertThat(answer.body()).doesNotContain("hush");
        assertThat(admin.post("/api/v1/targets",
                body(name, "staging", "").replace("/d\"", "/d?sslrootcert=/etc/passwd\"")).problem())
                .isEqualTo("invalid-input");
    }

    @Test
    void letsOnlyAdministratorsOfTheEnvironmentManageAndOnlyItsPeopleSee() {
        var stagingAdmin = person(Map.of("staging", Set.of(Role.ADMIN)));
        var productionViewer = person(Map.of("production", Set.of(Role.VIEWER)));

        assertThat(stagingAdmin.post("/api/v1/targets", body(name, "production", "")).problem())
                .isEqualTo("invalid-input");
        assertThat(productionViewer.post("/api/v1/targets", body(name, "production", "")).problem())
                .isEqualTo("forbidden");
        assertThat(admin.post("/api/v1/targets", body(name, "production", "")).status()).isEqualTo(201);
        assertThat(stagingAdmin.get("/api/v1/targets/" + name).status()).isEqualTo(404);
        assertThat(stagingAdmin.with("If-Match", "\"0\"").delete("/api/v1/targets/" + name).status()).isEqualTo(404);
        assertThat(stagingAdmin.get("/api/v1/targets?limit=200").body()).doesNotContain(name);
        assertThat(productionViewer.get("/api/v1/targets/" + name).status()).isEqualTo(200);
        assertThat(productionViewer.with("If-Match", "\"0\"").patch("/api/v1/targets/" + name, "{}").status())
                .isEqualTo(403);
    }

    @Test
    void listsByEnvironmentLabelAndCursor() {
        String fleet = "f-" + UUID.randomUUID();
        for (String one : List.of("c", "a", "b")) {
            assertThat(admin.post("/api/v1/targets", body(name + one, one.equals("c") ? "staging" : "production",
                    ", \"labels\": {\"fleet\": \"" + fleet + "\", \"part\": \"" + one + "\"}")).status())
                    .isEqualTo(201);
        }
        String path = "/api/v1/targets?label=fleet:" + fleet;

        assertThat(names(admin.get(path))).containsExactly(name + "c", name + "a", name + "b");
        assertThat(names(admin.get(path + "&environment=production"))).containsExactly(name + "a", name + "b");
        assertThat(names(admin.get(path + "&label=part:b"))).containsExactly(name + "b");
        assertThat(targets.byLabels("production", Map.of("fleet", fleet))).extracting(Target::name)
                .containsExactly(name + "a", name + "b");
        var first = admin.get(path + "&limit=2");
        var second = admin.get(path + "&limit=2&cursor=" + first.json().path("next").asString());
        assertThat(names(first)).containsExactly(name + "c", name + "a");
        assertThat(names(second)).containsExactly(name + "b");
        assertThat(admin.get("/api/v1/targets?label=nocolon").status()).isEqualTo(400);
    }

    @Test
    void demandsThePasswordAgainWhenItWouldGoElsewhere() {
        admin.post("/api/v1/targets", body(name, "staging", ", \"username\": \"u\", \"password\": \"hush-hush\""));
        String path = "/api/v1/targets/" + name;
        var client = admin.with("If-Match", "\"0\"");

        for (String change : List.of("{\"url\":\"jdbc:postgresql://elsewhere/d\"}", "{\"username\":\"v\"}",
                "{\"url\":\"jdbc:postgresql://h:1/d\"}", "{\"url\":\"jdbc:postgresql://h/d?sslmode=disable\"}")) {
            var refused = client.patch(path, change);
            assertThat(refused.status()).as(change).isEqualTo(422);
            assertThat(refused.json().path("violations").path(0).path("pointer").asString()).isEqualTo("/password");
        }
        var changed = client.patch(path, "{\"url\":\"jdbc:postgresql://elsewhere/d\",\"password\":\"other\"}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("ETag")).isEqualTo("\"1\"");
        assertThat(targets.access(name).password()).isEqualTo("other");
        assertThat(client.patch(path, "{}").problem()).isEqualTo("stale");
        assertThat(admin.patch(path, "{}").problem()).isEqualTo("precondition-required");
    }

    @Test
    void mergesLabelsAndSettings() {
        admin.post("/api/v1/targets",
                body(name, "staging", ", \"labels\": {\"a\": \"1\", \"b\": \"2\"}, \"password\": \"hush-hush\""));
        var changed = admin.with("If-Match", "*").with("Content-Type", "application/merge-patch+json")
                .patch("/api/v1/targets/" + name,
                        "{\"labels\":{\"a\":null,\"c\":\"3\"},\"settings\":{\"lanes\":\"2\"}}");

        assertThat(changed.json().path("labels").toString()).isEqualTo("{\"b\":\"2\",\"c\":\"3\"}");
        assertThat(changed.json().path("settings").path("lanes").asString()).isEqualTo("2");
        assertThat(targets.access(name).password()).isEqualTo("hush-hush");
    }

    @Test
    void keepsTheLimitsOfBackfillsAmongTheSettings() {
        var created = admin.post("/api/v1/targets",
                body(name, "staging", ", \"settings\": {\"backfill.lockWaits\": \"3\"}"));
        assertThat(created.json().path("limits").path("backfill.lockWaits").asString()).isEqualTo("3");
        assertThat(created.json().path("limits").path("backfill.replicaLag").asString()).isEqualTo("5s");
        assertThat(created.json().path("limits").path("backfill.probe").asString()).isEqualTo("off");
        String probe = "SELECT 1 " + "/* as long as it takes */ ".repeat(20);

        var changed = admin.with("If-Match", "*").patch("/api/v1/targets/" + name,
                "{\"settings\":{\"backfill.lockWaits\":null,\"backfill.walRate\":\"64MiB\",\"backfill.probe\":\""
                        + probe + "\"}}");

        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        BackfillLimits limits = BackfillLimits.of(targets.access(name).settings());
        assertThat(limits.number(BackfillLimit.LOCK_WAITS)).hasValue(5);
        assertThat(limits.number(BackfillLimit.WAL_RATE)).hasValue(64 * 1024 * 1024);
        assertThat(limits.number(BackfillLimit.ACTIVE_BACKENDS)).hasValue(0.5);
        assertThat(limits.number(BackfillLimit.OLDEST_SNAPSHOT)).hasValue(3600);
        assertThat(limits.probe()).isEqualTo(probe);
        assertThat(admin.get("/api/v1/audit?subjectId=" + name).body()).contains("64MiB", "target.changed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            backfill.replicaLag         | soon               | 'backfill.replicaLag' is a duration like 500ms, 5s or 10m, or off
            backfill.replicaLag         | 0s                 | 'backfill.replicaLag' is a duration like 500ms, 5s or 10m, or off
            backfill.walRate            | 64MB               | 'backfill.walRate' is a size like 512KiB, 64MiB or 2GiB, or off
            backfill.lockWaits          | 0                  | 'backfill.lockWaits' is a whole number from 1, or off
            backfill.activeBackends     | 101%               | 'backfill.activeBackends' is a share from 1% to 100%, or off
            backfill.applicationLatency | 1                  | 'backfill.applicationLatency' is a factor above 1, like 1.5, or off
            backfill.probe              | SELECT 1; SELECT 2 | The probe query has to be one SELECT
            backfill.probe              | DELETE FROM t      | The probe query has to be one SELECT
            backfill.probe              | SELEKT 1           | The probe query cannot be parsed: syntax error at or near "SELEKT"
            backfill.lag                | 5s                 | There is no limit 'backfill.lag'; there are backfill.replicaLag, backfill.slotBacklog, backfill.walRate, backfill.archiveBacklog, backfill.lockWaits, backfill.activeBackends, backfill.oldestSnapshot, backfill.applicationLatency, backfill.probe
            """)
    void refusesWhatIsNoLimitOfBackfills(String key, String value, String message) {
        var answer = admin.post("/api/v1/targets",
                body(name, "staging", ", \"settings\": {\"" + key + "\": \"" + value + "\"}"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("violations").findValuesAsString("pointer"))
                .containsExactly("/settings/" + key);
        assertThat(answer.json().path("violations").findValuesAsString("message")).containsExactly(message);
    }

    @Test
    void forgetsWhatACheckFoundAtTheOldPlace() {
        admin.post("/api/v1/targets", body(name, "staging", ""));
        TargetIdentity identity = new TargetIdentity("h", 5432, "d", "7001");
        TargetCheck check = new TargetCheck(true, "18.6", identity,
                List.of(new TargetCheck.Item("connect", TargetCheck.State.OK, "connected")), Instant.now());
        Target checked = targets.recordCheck(Actor.RUBICON, name, check);

        assertThat(checked.identity()).isEqualTo(identity);
        assertThat(admin.get("/api/v1/targets/" + name).json().path("serverVersion").asString()).isEqualTo("18.6");
        var moved = admin.with("If-Match", "\"1\"").patch("/api/v1/targets/" + name,
                "{\"url\":\"jdbc:postgresql://h/other\"}");
        assertThat(moved.json().path("identity").isNull()).isTrue();
        assertThat(moved.json().path("lastCheck").isNull()).isTrue();
    }

    @Test
    void keepsATargetThatAnotherRoomStillNeeds() {
        String needed = "needed-" + name;
        admin.post("/api/v1/targets", body(needed, "staging", ""));
        admin.post("/api/v1/targets", body(name, "staging", ""));
        var client = admin.with("If-Match", "\"0\"");

        assertThat(client.delete("/api/v1/targets/" + needed).problem()).isEqualTo("target-in-use");
        assertThat(client.patch("/api/v1/targets/" + needed, "{\"environment\":\"development\"}").problem())
                .isEqualTo("target-in-use");
        assertThat(admin.get("/api/v1/targets/" + needed).status()).isEqualTo(200);
        assertThat(client.delete("/api/v1/targets/" + name).status()).isEqualTo(204);
        assertThat(admin.get("/api/v1/targets/" + name).status()).isEqualTo(404);
    }

    @Test
    void saysThatAReferenceLeadsNowhereWhenItIsUsed() {
        admin.post("/api/v1/targets", body(name, "staging", ", \"passwordRef\": \"env:RUBICON_TARGET_NONE\""));

        assertThat(admin.get("/api/v1/targets/" + name).json().path("passwordSource").asString())
                .isEqualTo("env:RUBICON_TARGET_NONE");
        assertThatThrownBy(() -> targets.access(name)).isInstanceOf(Problem.class).hasMessageContaining("not set");
    }

    @Test
    void sealsAnewAfterARotation(@TempDir Path home) {
        admin.post("/api/v1/targets", body(name, "staging", ", \"password\": \"hush-hush\""));
        String newer = Base64.getEncoder()
                .encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        Keyring rotated = new Keyring(newer, KEY, home);
        String before = keyOf(name);
        resealing(rotated).afterSingletonsInstantiated();

        assertThat(keyOf(name)).isNotEqualTo(before);
        Keyring.Sealed sealed = Objects.requireNonNull(rows.find(name).orElseThrow().password().sealed());
        assertThat(new Keyring(newer, "", home).open(name, sealed)).isEqualTo("hush-hush");
        resealing(new Keyring(KEY, newer, home)).afterSingletonsInstantiated();
        assertThat(targets.access(name).password()).isEqualTo("hush-hush");
    }

    @Test
    void startsNoServerWithAKeyThatTheOthersDoNotHave(@TempDir Path home) {
        admin.post("/api/v1/targets", body(name, "staging", ", \"password\": \"hush-hush\""));
        String other = Base64.getEncoder()
                .encodeToString("another-key-of-thirty-two-bytes!".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> resealing(new Keyring(other, "", home)).afterSingletonsInstantiated())
                .isInstanceOf(OtherKey.class).hasMessageContaining(keyOf(name));
        assertThatThrownBy(() -> resealing(new Keyring("", "", home)).afterSingletonsInstantiated())
                .hasMessageContaining("this server has none");
        assertThatThrownBy(() -> new SharedKey(jdbc, new Keyring(other, "", home)).seal(name, "hush"))
                .isInstanceOf(OtherKey.class);
    }

    private Resealing resealing(Keyring keyring) {
        return new Resealing(rows, keyring, new SharedKey(jdbc, keyring), transactions);
    }

    @Test
    void startsWithThreeEnvironmentsAndTheirPolicies() {
        var all = admin.get("/api/v1/environments").json().path("items");
        assertThat(all.findValuesAsString("name")).startsWith("development", "staging", "production");
        var policy = admin.get("/api/v1/environments/production").json().path("policy");

        assertThat(policy.path("approvals").toString()).isEqualTo("{\"normal\":1,\"highRisk\":2,\"river\":2}");
        assertThat(policy.path("stallBudget").asString()).isEqualTo("100ms");
        assertThat(policy.path("patience").asString()).isEqualTo("10m");
    }

    @Test
    void changesAPolicyUnderItsVersion() {
        String environment = "e-" + UUID.randomUUID();
        String body = """
                {"position": %d, "policy": {"approvals": {"normal": 1, "highRisk": 1, "river": 3},
                 "windows": [{"days": ["SATURDAY"], "from": "22:00", "to": "05:00", "zone": "Europe/Berlin"}],
                 "stallBudget": "250ms", "patience": "2h", "connectionsPerServer": 5, "holderActions": true}}
                """.formatted(UUID.randomUUID().hashCode());
        String path = "/api/v1/environments/" + environment;
        var local = person(Map.of(environment, Set.of(Role.ADMIN)));

        assertThat(local.put(path, body).status()).as("a new one takes an administrator of all").isEqualTo(403);
        assertThat(admin.put(path, body).status()).isEqualTo(200);
        assertThat(local.put(path, body).problem()).isEqualTo("precondition-required");
        var changed = local.with("If-Match", "\"0\"").put(path, body.replace("\"river\": 3", "\"river\": 4"));
        assertThat(changed.header("ETag")).isEqualTo("\"1\"");
        assertThat(changed.json().path("policy").path("approvals").path("river").asInt()).isEqualTo(4);
        assertThat(changed.json().path("policy").path("windows").path(0).path("zone").asString())
                .isEqualTo("Europe/Berlin");
        assertThat(changed.json().path("policy").path("patience").asString()).isEqualTo("2h");
        assertThat(local.with("If-Match", "\"1\"").put(path, body.replace("250ms", "1h")).problem())
                .isEqualTo("invalid-input");
        assertThat(admin.put(path + "2", body).problem()).as("the position is taken").isEqualTo("conflict");
        assertThat(jdbc.sql("SELECT action FROM audit_entry WHERE subject_id = ? ORDER BY id").param(environment)
                .query(String.class).list()).containsExactly("environment.created", "environment.changed");
    }

    private String keyOf(String target) {
        return jdbc.sql("SELECT password_key FROM target WHERE name = ?").param(target).query(String.class).single();
    }

    private static List<String> names(ApiClient.Answer answer) {
        return answer.json().path("items").findValuesAsString("name");
    }

    private static String body(String name, String environment, String more) {
        return "{\"name\":\"%s\",\"engine\":\"postgresql\",\"environment\":\"%s\",\"url\":\"jdbc:postgresql://h/d\"%s}"
                .formatted(name, environment, more);
    }

    private ApiClient person(Map<String, Set<Role>> roles) {
        String person = "r-" + UUID.randomUUID();
        accounts.seed(person, "", "a good password", roles);
        return ApiClient.on(port).as(person, "a good password");
    }
}
