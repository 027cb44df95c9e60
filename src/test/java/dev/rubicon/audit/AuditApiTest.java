package dev.rubicon.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

@RubiconTest
class AuditApiTest {

    @LocalServerPort
    int port;
    @Autowired
    Accounts accounts;
    @Autowired
    AuditTrail trail;
    @Autowired
    TransactionTemplate transactions;

    private final String subject = "s-" + UUID.randomUUID();

    @Test
    void showsOnlyEntriesOfEnvironmentsWhoseTrailMayBeRead() {
        record("staging");
        record("production");
        record(null);

        assertThat(entries(auditor("staging"), "")).containsExactly("null", "staging");
        assertThat(entries(auditor("production"), "")).containsExactly("null", "production");
        assertThat(entries(auditor("*"), "")).containsExactly("null", "production", "staging");
        assertThat(entries(auditor("*"), "&environment=staging")).containsExactly("staging");
        assertThat(person("staging", Role.VIEWER).get("/api/v1/audit").problem()).isEqualTo("forbidden");
        assertThat(person("staging", Role.VIEWER).with("Accept", "application/x-ndjson").get("/api/v1/audit").status())
                .isEqualTo(403);
        assertThat(person("staging", Role.VIEWER).post("/api/v1/audit/verifications", "{}").status()).isEqualTo(403);
    }

    @Test
    void filtersAndGoesOnByCursor() {
        for (int i = 0; i < 5; i++) {
            record("staging");
        }
        var client = auditor("*");
        String filter = "/api/v1/audit?subjectId=" + subject + "&actor=rubicon&action=test.done&subjectType=test"
                + "&since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&limit=2";
        var first = client.get(filter).json();
        var second = client.get(filter + "&cursor=" + first.path("next").asString()).json();
        var third = client.get(filter + "&cursor=" + second.path("next").asString()).json();

        assertThat(first.path("items").size()).isEqualTo(2);
        assertThat(second.path("items").path(0).path("id").asLong())
                .isLessThan(first.path("items").path(1).path("id").asLong());
        assertThat(third.path("items").size()).isEqualTo(1);
        assertThat(third.path("next").isNull()).isTrue();
        assertThat(client.get(filter.replace("2020", "2099")).json().path("items").size()).isZero();
        assertThat(client.get("/api/v1/audit?since=yesterday").problem()).isEqualTo("invalid-input");
    }

    @Test
    void goesOnThroughTheEntriesOfOneActionOrOneActor() {
        String name = "p-" + UUID.randomUUID();
        Actor actor = new Actor(name, null, Map.of(), Set.of());
        for (String action : List.of("n", "m", "n", "o", "n")) {
            transactions.executeWithoutResult(status -> trail.record(actor, name + "." + action,
                    new Subject("test", subject, "staging"), Map.of()));
        }

        assertThat(walk("action=" + name + ".n")).containsExactly("n", "n", "n");
        assertThat(walk("actor=" + name)).containsExactly("n", "o", "n", "m", "n");
        assertThat(walk("actor=" + name + "&action=" + name + ".m")).containsExactly("m");
        assertThat(walk("action=" + name)).isEmpty();
    }

    /** The ends of the actions on all pages of one entry each. */
    private List<String> walk(String filter) {
        List<String> seen = new ArrayList<>();
        var client = auditor("staging");
        var page = client.get("/api/v1/audit?limit=1&" + filter).json();
        page.path("items").forEach(entry -> seen.add(entry.path("action").asString()));
        while (!page.path("next").isNull()) {
            page = client.get("/api/v1/audit?limit=1&" + filter + "&cursor=" + page.path("next").asString()).json();
            page.path("items").forEach(entry -> seen.add(entry.path("action").asString()));
        }
        return seen.stream().map(action -> action.substring(action.lastIndexOf('.') + 1)).toList();
    }

    @Test
    void writesLinesOnRequest() {
        record("staging");
        record("production");

        var lines = auditor("*").with("Accept", "application/x-ndjson").get("/api/v1/audit?subjectId=" + subject);
        assertThat(lines.header("Content-Type")).startsWith("application/x-ndjson");
        assertThat(lines.body().lines()).hasSize(2).allMatch(line -> line.startsWith("{") && line.contains(subject));
        assertThat(auditor("*").with("Accept", "*/*").get("/api/v1/audit?subjectId=" + subject).json().path("items")
                .size()).isEqualTo(2);
    }

    @Test
    void linksWithinAMomentAndVerifies() {
        record("staging");
        var client = auditor("staging");

        await().atMost(60, SECONDS).untilAsserted(() -> {
            var answer = client.post("/api/v1/audit/verifications", "{}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("intact").asBoolean()).isTrue();
            assertThat(answer.json().path("pending").asLong()).isZero();
            assertThat(answer.json().path("chainedTo").asLong()).isPositive();
            assertThat(answer.json().has("brokenAt")).isFalse();
        });
    }

    @Test
    void verifiesASnapshotOfItsOwnUnderAnIdempotencyKey() {
        record("staging");
        var client = auditor("staging").with("Idempotency-Key", subject);

        assertThat(client.post("/api/v1/audit/verifications", "{}").json().path("intact").asBoolean()).isTrue();
    }

    @Test
    void writesNothingOutsideATransaction() {
        assertThatThrownBy(() -> trail.record(Actor.RUBICON, "test.done", new Subject("test", subject, null), Map.of()))
                .isInstanceOf(IllegalTransactionStateException.class);
    }

    private void record(@Nullable String environment) {
        transactions.executeWithoutResult(status -> trail.record(Actor.RUBICON, "test.done",
                new Subject("test", subject, environment), Map.of("n", 1)));
    }

    private java.util.List<String> entries(ApiClient client, String filter) {
        return client.get("/api/v1/audit?subjectId=" + subject + filter).json().path("items").valueStream()
                .map(entry -> entry.path("environment").asString("null")).sorted().toList();
    }

    private ApiClient auditor(String environment) {
        return person(environment, Role.AUDITOR);
    }

    private ApiClient person(String environment, Role role) {
        String name = "a-" + UUID.randomUUID();
        accounts.seed(name, "", "a good password", Map.of(environment, Set.of(role)));
        return ApiClient.on(port).as(name, "a good password");
    }
}
