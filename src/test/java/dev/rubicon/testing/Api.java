package dev.rubicon.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The REST API of a running server, as somebody with an account calls it. */
public final class Api {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String server;
    private final @Nullable String authorization;
    private final Map<String, String> headers;
    private final String passwordEnding;

    private Api(String server, @Nullable String authorization, Map<String, String> headers, String passwordEnding) {
        this.server = server;
        this.passwordEnding = passwordEnding;
        this.authorization = authorization;
        this.headers = headers;
    }

    /** Without any credentials. */
    public static Api of(int port) {
        return new Api("http://localhost:" + port + "/api/v1", null, Map.of(), "");
    }

    public Api as(String name, String password) {
        String basic = Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
        return new Api(server, "Basic " + basic, headers, passwordEnding);
    }

    /** The same server, where every account's password is its name with this ending. */
    public Api withPasswordEnding(String ending) {
        return new Api(server, authorization, headers, ending);
    }

    /** As an account whose password is its name, with the ending given. */
    public Api as(String name) {
        return as(name, name + passwordEnding);
    }

    public Api withToken(String token) {
        return new Api(server, "Bearer " + token, headers, passwordEnding);
    }

    public Api with(String header, String value) {
        Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(header, value);
        return new Api(server, authorization, more, passwordEnding);
    }

    /** An answer with its body as JSON; an empty body is a missing node. */
    public record Answer(int status, JsonNode body, java.net.http.HttpHeaders headers) {

        public Answer expect(int expected) {
            assertThat(status).as("status of an answer that said %s", body).isEqualTo(expected);
            return this;
        }

        public String type() {
            return body.path("type").asString("");
        }
    }

    public Answer get(String path) {
        return send("GET", path, null, "application/json");
    }

    public Answer post(String path, Object body) {
        return send("POST", path, JSON.writeValueAsString(body), "application/json");
    }

    public Answer postYaml(String path, String yaml) {
        return send("POST", path, yaml, "application/yaml");
    }

    public Answer patch(String path, Object body) {
        return send("PATCH", path, JSON.writeValueAsString(body), "application/json");
    }

    public Answer put(String path, Object body) {
        return send("PUT", path, JSON.writeValueAsString(body), "application/json");
    }

    public Answer delete(String path) {
        return send("DELETE", path, null, "application/json");
    }

    private Answer send(String method, String path, @Nullable String body, String type) {
        var request = HttpRequest.newBuilder(URI.create(server + path)).timeout(Duration.ofSeconds(60))
                .header("Accept", "application/json").header("Content-Type", type)
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            JsonNode json = response.body().isBlank() ? JSON.missingNode() : JSON.readTree(response.body());
            return new Answer(response.statusCode(), json, response.headers());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The types of the blockers of a phase in a rollout's answer. */
    public static List<String> blockers(JsonNode rollout, int phase) {
        List<String> types = new ArrayList<>();
        rollout.path("phases").path(phase).path("blockers").forEach(one -> types.add(one.path("type").asString("")));
        return types;
    }

    public static String phaseState(JsonNode rollout, int phase) {
        return rollout.path("phases").path(phase).path("state").asString("");
    }
}
