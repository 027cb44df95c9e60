package dev.rubicon.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

@RubiconTest
class AccessTest {

    private static final String PASSWORD = "a good password";

    @LocalServerPort
    int port;
    @Autowired
    Accounts accounts;
    @Autowired
    JdbcClient jdbc;

    private String root;

    @BeforeEach
    void makeAnAdministrator() {
        root = person(Map.of(Actor.EVERYWHERE, EnumSet.allOf(Role.class)));
    }

    @Test
    void refusesAnonymousCallsWithAProblemAndAChallenge() {
        var answer = anonymous().get("/api/v1/me");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.problem()).isEqualTo("unauthenticated");
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.response().headers().allValues("WWW-Authenticate")).anyMatch(c -> c.startsWith("Basic"))
                .anyMatch(c -> c.startsWith("Bearer"));
        assertThat(anonymous().with("Sec-Fetch-Mode", "cors").get("/api/v1/me").response().headers()
                .allValues("WWW-Authenticate")).noneMatch(c -> c.startsWith("Basic"));
    }

    @Test
    void knowsABasicAccountAndMakesNoSession() {
        var answer = as(root).get("/api/v1/me");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("name").asString()).isEqualTo(root);
        assertThat(answer.json().path("roles").path("*").toString()).contains("\"approver\"");
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    @Test
    void refusesAWrongPasswordAlsoRightAfterARightOne() {
        assertThat(as(root).get("/api/v1/me").status()).isEqualTo(200);
        assertThat(anonymous().as(root, "wrong").get("/api/v1/me").status()).isEqualTo(401);
        assertThat(anonymous().with("Authorization", "Basic !!").get("/api/v1/me").status()).isEqualTo(401);
        assertThat(anonymous().with("Authorization", "Digest x").get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void hidesWhatLiesInAnotherEnvironmentAndRefusesWhatTheRoleDoesNotAllow() {
        String viewer = person(Map.of("staging", Set.of(Role.VIEWER)));

        assertThat(as(viewer).get("/api/v1/environments/staging").status()).isEqualTo(200);
        assertThat(as(viewer).get("/api/v1/environments/production").status()).isEqualTo(404);
        assertThat(as(viewer).get("/api/v1/environments").json().path("items").size()).isEqualTo(1);
        assertThat(as(viewer).get("/api/v1/users").status()).isEqualTo(403);
        assertThat(as(viewer).get("/api/v1/users/" + root).status()).isEqualTo(404);
        assertThat(as(viewer).get("/api/v1/audit").status()).isEqualTo(403);
    }

    @Test
    void countsAChangedRoleAndADisabledAccountAtOnce() {
        String somebody = person(Map.of("staging", Set.of(Role.VIEWER)));
        assertThat(as(somebody).get("/api/v1/environments/staging").status()).isEqualTo(200);

        assertThat(as(root).with("If-Match", "\"0\"").patch("/api/v1/users/" + somebody,
                "{\"roles\":{\"production\":[\"viewer\"]}}").status()).isEqualTo(200);
        assertThat(as(somebody).get("/api/v1/environments/staging").status()).isEqualTo(404);
        assertThat(as(somebody).get("/api/v1/environments/production").status()).isEqualTo(200);

        assertThat(as(root).with("If-Match", "\"1\"").patch("/api/v1/users/" + somebody, "{\"disabled\":true}")
                .status()).isEqualTo(200);
        assertThat(as(somebody).get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void makesPeopleAndNeverGivesANameTwice() {
        String name = "p-" + UUID.randomUUID();
        String body = "{\"name\":\"%s\",\"fullName\":\"Pat\",\"password\":\"%s\",\"roles\":{\"staging\":[\"author\"]}}"
                .formatted(name, PASSWORD);

        var created = as(root).post("/api/v1/users", body);
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/api/v1/users/" + name);
        assertThat(created.body()).doesNotContain(PASSWORD).doesNotContain("bcrypt");
        assertThat(as(name).get("/api/v1/me").status()).isEqualTo(200);

        var path = "/api/v1/users/" + name;
        assertThat(as(root).delete(path).problem()).isEqualTo("precondition-required");
        assertThat(as(root).with("If-Match", "\"7\"").delete(path).problem()).isEqualTo("stale");
        assertThat(as(root).with("If-Match", created.header("ETag")).delete(path).status()).isEqualTo(204);
        assertThat(as(name).get("/api/v1/me").status()).isEqualTo(401);
        assertThat(as(root).get(path).status()).isEqualTo(404);
        assertThat(as(root).post("/api/v1/users", body).problem()).isEqualTo("conflict");
        assertThat(jdbc.sql("SELECT action FROM audit_entry WHERE subject_type = 'user' AND subject_id = ? ORDER BY id")
                .param(name).query(String.class).list()).containsExactly("user.created", "user.deleted");
    }

    @Test
    void tellsEveryViolationOfANewAccount() {
        var answer = as(root).post("/api/v1/users",
                "{\"name\":\"Not A Name\",\"password\":\"short\",\"roles\":{\"No Env\":[\"viewer\"]}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("violations").findValuesAsString("pointer")).containsExactly("/name", "/roles",
                "/password");
        assertThat(as(root).post("/api/v1/users", "{\"name\":\"rubicon\",\"password\":\"" + PASSWORD + "\"}").status())
                .isEqualTo(422);
        var role = as(root).post("/api/v1/users", "{\"name\":\"x\",\"roles\":{\"staging\":[\"king\"]}}");
        assertThat(role.status()).isEqualTo(400);
        assertThat(role.json().path("violations").path(0).path("pointer").asString()).isEqualTo("/roles/staging/0");
    }

    @Test
    void letsAnEnvironmentsAdministratorGiveItsRolesAndNoOthers() {
        String local = person(Map.of("staging", Set.of(Role.ADMIN)));
        String somebody = person(Map.of());
        var client = as(local).with("If-Match", "\"0\"");
        String path = "/api/v1/users/" + somebody;

        assertThat(client.patch(path, "{\"roles\":{\"production\":[\"viewer\"]}}").status()).isEqualTo(403);
        assertThat(client.patch(path, "{\"roles\":{\"*\":[\"admin\"]}}").status()).isEqualTo(403);
        assertThat(client.patch(path, "{\"password\":\"taken over now\"}").status()).isEqualTo(403);
        assertThat(client.patch(path, "{\"roles\":{\"staging\":[\"viewer\"]}}").status()).isEqualTo(200);
    }

    @Test
    void showsAnEnvironmentsAdministratorNoRolesOfEnvironmentsTheyMayNotKnow() {
        String local = person(Map.of("staging", Set.of(Role.ADMIN)));
        String somebody = person(Map.of("staging", Set.of(Role.VIEWER), "production", Set.of(Role.APPROVER), "*",
                Set.of(Role.AUDITOR)));
        var client = as(local).with("If-Match", "\"0\"");
        String path = "/api/v1/users/" + somebody;

        assertThat(client.get(path).json().path("roles").propertyNames()).containsExactlyInAnyOrder("*", "staging");
        assertThat(client.get("/api/v1/users?limit=200").body()).doesNotContain("production");
        var changed = client.patch(path, "{\"roles\":{\"*\":[\"auditor\"],\"staging\":[\"author\"]}}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.body()).doesNotContain("production");
        assertThat(accounts.find(somebody).orElseThrow().roles()).as("what was not seen stays")
                .isEqualTo(Map.of("*", Set.of(Role.AUDITOR), "staging", Set.of(Role.AUTHOR), "production",
                        Set.of(Role.APPROVER)));
        assertThat(as(local).with("If-Match", "*").patch(path, "{\"roles\":{\"production\":[\"approver\"]}}").status())
                .as("no guessing").isEqualTo(403);
        assertThat(as(root).get(path).body()).contains("production");
    }

    @Test
    void changesOnesOwnPasswordOnlyWithThePresentOne() {
        String somebody = person(Map.of("staging", Set.of(Role.VIEWER)));
        var client = as(somebody).with("If-Match", "\"0\"");
        String path = "/api/v1/users/" + somebody;

        assertThat(client.patch(path, "{\"password\":\"another good one\"}").status()).isEqualTo(422);
        assertThat(client.patch(path, "{\"password\":\"another good one\",\"currentPassword\":\"" + PASSWORD + "\"}")
                .status()).isEqualTo(200);
        assertThat(as(somebody).get("/api/v1/me").status()).isEqualTo(401);
        assertThat(anonymous().as(somebody, "another good one").get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void slowsGuessingDownForThatAccountAlone() {
        String guessed = person(Map.of("staging", Set.of(Role.VIEWER)));
        for (int i = 0; i < 5; i++) {
            assertThat(anonymous().as(guessed, "guess" + i).get("/api/v1/me").status()).isEqualTo(401);
        }

        var answer = as(guessed).get("/api/v1/me");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.problem()).isEqualTo("too-many-attempts");
        assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
        assertThat(as(root).get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void boundsATokenByItsScopesAndItsOwnersRoles() {
        String owner = person(Map.of("staging", Set.of(Role.ADMIN, Role.AUDITOR)));
        var token = token(owner, "[\"targets\"]");
        var client = anonymous().bearer(token);

        assertThat(client.get("/api/v1/me").json().path("token").asString()).isEqualTo("pipeline");
        assertThat(client.get("/api/v1/environments/staging").status()).isEqualTo(200);
        assertThat(client.get("/api/v1/environments/production").status()).isEqualTo(404);
        assertThat(client.get("/api/v1/audit").status()).isEqualTo(403);
        assertThat(client.post("/api/v1/tokens", tokenBody("[]")).status()).isEqualTo(403);
        assertThat(client.post("/api/v1/targets", target("staging")).status()).isEqualTo(201);
        assertThat(anonymous().bearer(token(owner, "[]", "reader")).post("/api/v1/targets", target("staging")).status())
                .isEqualTo(403);
        assertThat(jdbc.sql("SELECT last_used_at IS NOT NULL FROM api_token WHERE owner = ? AND name = 'pipeline'")
                .param(owner).query(Boolean.class).single()).isTrue();
    }

    @Test
    void answersTheSecretOnceAndKeepsOnlyItsHash() {
        var created = as(root).post("/api/v1/tokens", tokenBody("[\"plans\"]"));
        String secret = created.json().path("secret").asString();

        assertThat(created.status()).isEqualTo(201);
        assertThat(secret).matches("rbc_[A-Za-z0-9_-]{43}");
        assertThat(created.header("Cache-Control")).isEqualTo("no-store");
        assertThat(as(root).get("/api/v1/tokens").body()).contains("pipeline").doesNotContain(secret)
                .doesNotContain("\"secret\"");
        assertThat(as(root).post("/api/v1/tokens", tokenBody("[]")).problem()).isEqualTo("conflict");
        assertThat(jdbc.sql("SELECT count(*) FROM audit_entry WHERE details::text LIKE '%' || ? || '%'").param(secret)
                .query(Integer.class).single()).isZero();
    }

    @Test
    void refusesRevokedAndExpiredTokensAndThoseOfDisabledOwners() {
        String owner = person(Map.of("staging", Set.of(Role.VIEWER)));
        var created = as(owner).post("/api/v1/tokens", tokenBody("[]")).json();
        var revoked = anonymous().bearer(created.path("secret").asString());
        var expired = anonymous().bearer(token(owner, "[]", "expired"));
        var orphan = anonymous().bearer(token(owner, "[]", "orphan"));
        jdbc.sql("UPDATE api_token SET expires_at = now() - interval '1 s' WHERE owner = ? AND name = 'expired'")
                .param(owner).update();

        assertThat(revoked.get("/api/v1/me").status()).isEqualTo(200);
        String path = "/api/v1/tokens/" + created.path("id").asString();
        assertThat(as(person(Map.of())).delete(path).status()).isEqualTo(404);
        assertThat(as(owner).delete(path).status()).isEqualTo(204);
        assertThat(revoked.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(expired.get("/api/v1/me").header("WWW-Authenticate")).contains("invalid_token");
        assertThat(orphan.get("/api/v1/me").status()).isEqualTo(200);
        jdbc.sql("UPDATE account SET disabled = true WHERE name = ?").param(owner).update();
        assertThat(orphan.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void demandsThatATokenExpiresWithinAYear() {
        String never = "{\"name\":\"forever\",\"scopes\":[]}";
        String late = "{\"name\":\"forever\",\"scopes\":[],\"expiresAt\":\"%s\"}"
                .formatted(Instant.now().plus(400, ChronoUnit.DAYS));

        assertThat(as(root).post("/api/v1/tokens", never).status()).isEqualTo(422);
        assertThat(as(root).post("/api/v1/tokens", late).status()).isEqualTo(422);
    }

    @Test
    void goesThroughAListByItsCursor() {
        person(Map.of());
        person(Map.of());

        var first = as(root).get("/api/v1/users?limit=2").json();
        var second = as(root).get("/api/v1/users?limit=200&cursor=" + first.path("next").asString()).json();
        assertThat(first.path("items").size()).isEqualTo(2);
        assertThat(second.path("items").findValuesAsString("name")).doesNotContainAnyElementsOf(
                first.path("items").findValuesAsString("name")).contains(root);
        assertThat(as(root).get("/api/v1/users?limit=201").status()).isEqualTo(400);
        assertThat(as(root).get("/api/v1/tokens?cursor=" + first.path("next").asString()).status()).isEqualTo(400);
    }

    private String token(String owner, String scopes) {
        return token(owner, scopes, "pipeline");
    }

    private String token(String owner, String scopes, String name) {
        return as(owner).post("/api/v1/tokens", tokenBody(scopes).replace("pipeline", name)).json().path("secret")
                .asString();
    }

    private static String tokenBody(String scopes) {
        return "{\"name\":\"pipeline\",\"scopes\":%s,\"expiresAt\":\"%s\"}".formatted(scopes,
                Instant.now().plus(30, ChronoUnit.DAYS));
    }

    private static String target(String environment) {
        return "{\"name\":\"t-%s\",\"engine\":\"postgresql\",\"environment\":\"%s\",\"url\":\"jdbc:postgresql://h/d\"}"
                .formatted(UUID.randomUUID(), environment);
    }

    private String person(Map<String, Set<Role>> roles) {
        String name = "u-" + UUID.randomUUID();
        accounts.seed(name, "", PASSWORD, roles);
        return name;
    }

    private ApiClient anonymous() {
        return ApiClient.on(port);
    }

    private ApiClient as(String name) {
        return anonymous().as(name, PASSWORD);
    }
}
