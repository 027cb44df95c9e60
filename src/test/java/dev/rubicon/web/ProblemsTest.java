package dev.rubicon.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import java.util.EnumSet;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@RubiconTest
class ProblemsTest {

    @LocalServerPort
    int port;
    @Autowired
    Accounts accounts;

    private ApiClient client;

    @BeforeEach
    void signIn() {
        String name = "p-" + UUID.randomUUID();
        accounts.seed(name, "", "a good password", Map.of(Actor.EVERYWHERE, EnumSet.allOf(Role.class)));
        client = ApiClient.on(port).as(name, "a good password");
    }

    @Test
    void answersEveryRefusalOfTheFrameworkAsAProblem() {
        refuses(client.get("/api/v1/nothing"), 404, "not-found");
        refuses(client.get("/api/v1/targets/none"), 404, "not-found");
        refuses(client.delete("/api/v1/me"), 405, "method-not-allowed");
        refuses(client.with("Accept", "image/png").get("/api/v1/me"), 406, "not-acceptable");
        refuses(client.with("Content-Type", "text/plain").post("/api/v1/targets", "x"), 415,
                "unsupported-media-type");
        refuses(client.get("/api/v1/targets?limit=many"), 400, "bad-request");
        refuses(client.call("POST", "/api/v1/targets", null), 400, "bad-request");
        assertThat(client.delete("/api/v1/me").header("Allow")).contains("GET");
    }

    @Test
    void saysWhereABodyCannotBeReadWithoutRepeatingIt() {
        var broken = client.post("/api/v1/targets", "{\"name\": ");
        refuses(broken, 400, "bad-request");
        assertThat(broken.json().path("detail").asString()).contains("line 1");

        var misfit = client.post("/api/v1/targets", "{\"name\":\"x\",\"password\":{\"secret\":\"hush\"}}");
        refuses(misfit, 400, "bad-request");
        assertThat(misfit.json().path("violations").path(0).path("pointer").asString()).isEqualTo("/password");
        assertThat(misfit.body()).doesNotContain("hush").doesNotContain("dev.rubicon");

        var unknown = client.post("/api/v1/targets", "{\"name\":\"x\",\"engine\":\"oracle\"}");
        assertThat(unknown.json().path("violations").path(0).path("message").asString()).contains("dynamodb");
        var duration = client.put("/api/v1/environments/e", "{\"position\":1,\"policy\":{\"patience\":\"soon\"}}");
        assertThat(duration.json().path("violations").path(0).path("pointer").asString())
                .isEqualTo("/policy/patience");
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        refuses(client.post("/api/v1/targets", "{\"name\":\"" + "x".repeat(5_000_000) + "\"}"), 413, "too-large");
        refuses(client.with("Idempotency-Key", "k" + UUID.randomUUID()).post("/api/v1/targets",
                "{\"name\":\"" + "x".repeat(5_000_000) + "\"}"), 413, "too-large");
    }

    @Test
    void refusesWhatTheDatabaseCannotKeep() {
        refuses(client.get("/api/v1/audit?actor=a%00b"), 400, "bad-request");
    }

    @Test
    void hidesAnUnforeseenFailureBehindAReference() {
        ProblemOf problem = ProblemOf.of(new IllegalStateException("the password is hush"), "GET /x");

        assertThat(problem.problem().getStatus()).isEqualTo(500);
        assertThat(problem.problem().getDetail()).doesNotContain("hush");
        assertThat(problem.problem().getProperties()).containsKey("reference");
    }

    @Test
    void givesAnEntityTagAndAnswers304ToIt() {
        var list = client.get("/api/v1/environments");
        assertThat(list.header("ETag")).isNotEmpty();
        assertThat(client.with("If-None-Match", list.header("ETag")).get("/api/v1/environments").status())
                .isEqualTo(304);
        var one = client.get("/api/v1/environments/staging");
        assertThat(one.header("ETag")).matches("\"\\d+\"");
        assertThat(client.with("If-None-Match", one.header("ETag")).get("/api/v1/environments/staging").status())
                .isEqualTo(304);
    }

    private static void refuses(ApiClient.Answer answer, int status, String problem) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("Exception").doesNotContain("at dev.rubicon");
    }
}
