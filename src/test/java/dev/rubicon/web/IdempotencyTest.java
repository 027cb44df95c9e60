package dev.rubicon.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@RubiconTest
class IdempotencyTest {

    @LocalServerPort
    int port;
    @Autowired
    Accounts accounts;
    @Autowired
    JdbcClient jdbc;
    @Autowired
    IdempotentAnswers answers;
    @Autowired
    TransactionTemplate transactions;

    private final String key = "key-" + UUID.randomUUID();
    private final String target = "t-" + UUID.randomUUID();
    private ApiClient client;

    @BeforeEach
    void signIn() {
        client = with(key);
    }

    @Test
    void answersTheSameRequestTwiceWithOneChange() {
        var first = client.post("/api/v1/targets", body("a"));
        var again = client.post("/api/v1/targets", body("a"));

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Location")).isEqualTo(first.header("Location")).isNotEmpty();
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag")).isNotEmpty();
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(registrations()).isEqualTo(1);
    }

    @Test
    void refusesTheKeyWithAnotherBodyOrPath() {
        assertThat(client.post("/api/v1/targets", body("a")).status()).isEqualTo(201);

        assertThat(client.post("/api/v1/targets", body("b")).problem()).isEqualTo("idempotency-key-reused");
        assertThat(client.post("/api/v1/users", body("a")).problem()).isEqualTo("idempotency-key-reused");
        assertThat(with(key).post("/api/v1/targets", body("b")).status()).as("another person's key").isEqualTo(409);
    }

    @Test
    void runsConcurrentTwinsOnce() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<ApiClient.Answer>> calls = IntStream.range(0, 6).mapToObj(
                    i -> CompletableFuture.supplyAsync(() -> client.post("/api/v1/targets", body("a")), threads))
                    .toList();
            List<ApiClient.Answer> answers = calls.stream().map(CompletableFuture::join).toList();

            assertThat(answers).allMatch(answer -> answer.status() == 201);
            assertThat(answers.stream().map(ApiClient.Answer::body).distinct()).hasSize(1);
            assertThat(answers.stream().filter(answer -> answer.header("Idempotency-Replayed").isEmpty())).hasSize(1);
        }
        assertThat(registrations()).isEqualTo(1);
    }

    @Test
    void keepsNoRefusalSoThatTheKeyMayBeTriedAgain() {
        assertThat(client.post("/api/v1/targets", "{\"name\":\"x\"}").status()).isEqualTo(422);
        assertThat(client.post("/api/v1/targets", body("a")).status()).isEqualTo(201);
    }

    @Test
    void forgetsAnAnswerAfterADay() {
        assertThat(client.post("/api/v1/targets", body("a")).status()).isEqualTo(201);
        jdbc.sql("UPDATE idempotent_answer SET at = at - interval '25 h' WHERE key = ?").param(key).update();

        assertThat(client.post("/api/v1/targets", body("a")).status()).isEqualTo(409);
    }

    @Test
    void neverKeepsASecret() {
        String body = "{\"name\":\"%s\",\"expiresAt\":\"%s\"}".formatted(target,
                Instant.now().plus(1, ChronoUnit.DAYS));
        assertThat(client.post("/api/v1/tokens", body).status()).isEqualTo(201);

        assertThat(jdbc.sql("SELECT count(*) FROM idempotent_answer WHERE key = ?").param(key).query(Integer.class)
                .single()).isZero();
        assertThat(client.post("/api/v1/tokens", body).status()).isEqualTo(409);
    }

    @Test
    void holdsAKeyWithoutWritingSoThatTheAuditTrailIsLinkedMeanwhile() {
        transactions.executeWithoutResult(status -> {
            assertThat(answers.take("somebody", key)).isEmpty();
            assertThat(jdbc.sql("SELECT pg_current_xact_id_if_assigned() IS NULL").query(Boolean.class).single())
                    .isTrue();
        });
    }

    @Test
    void refusesAKeyThatIsNone() {
        assertThat(with("k".repeat(256)).post("/api/v1/targets", body("a")).status()).isEqualTo(400);
    }

    private ApiClient with(String idempotencyKey) {
        String name = "i-" + UUID.randomUUID();
        accounts.seed(name, "", "a good password", Map.of(Actor.EVERYWHERE, EnumSet.allOf(Role.class)));
        return ApiClient.on(port).as(name, "a good password").with("Idempotency-Key", idempotencyKey);
    }

    private String body(String database) {
        return "{\"name\":\"%s\",\"engine\":\"postgresql\",\"environment\":\"staging\",\"url\":\"jdbc:postgresql://h/%s\"}"
                .formatted(target, database);
    }

    private int registrations() {
        return jdbc.sql("SELECT count(*) FROM audit_entry WHERE subject_id = ? AND action = 'target.registered'")
                .param(target).query(Integer.class).single();
    }
}
