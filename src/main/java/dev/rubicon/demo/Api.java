package dev.rubicon.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** This server's own public API, called as a person of the demo, whose password is the name. */
final class Api {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI root;
    private final JsonMapper json;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** @param root of the server, without a slash at the end */
    Api(URI root, JsonMapper json) {
        this.root = root;
        this.json = json;
    }

    /** @param tag the ETag, or empty */
    record Answer(int status, JsonNode body, String tag) {}

    Answer get(String who, String path) {
        return call(who, path, HttpRequest.newBuilder().GET(), Set.of(200, 404));
    }

    /** Posts what becomes JSON. */
    Answer post(String who, String path, Object body) {
        return post(who, path, "application/json", json.writeValueAsString(body));
    }

    Answer post(String who, String path, String type, String body) {
        return call(who, path, HttpRequest.newBuilder().header("Content-Type", type)
                .header("Idempotency-Key", "demo-" + UUID.randomUUID()).POST(BodyPublishers.ofString(body)),
                Set.of(200, 201, 202));
    }

    /** Asks for a look at a target, without a key: what came with one would be done in a transaction, and looks are not. */
    void look(String who, String path) {
        call(who, path, HttpRequest.newBuilder().header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")), Set.of(200, 409));
    }

    /** Replaces what was read with this tag. */
    Answer put(String who, String path, String tag, Object body) {
        return call(who, path, HttpRequest.newBuilder().header("Content-Type", "application/json")
                .header("If-Match", tag).PUT(BodyPublishers.ofString(json.writeValueAsString(body))),
                Set.of(200, 204));
    }

    /** Changes a part of what was read with this tag. */
    Answer patch(String who, String path, String tag, Object body) {
        return call(who, path, HttpRequest.newBuilder().header("Content-Type", "application/json")
                .header("If-Match", tag).method("PATCH", BodyPublishers.ofString(json.writeValueAsString(body))),
                Set.of(200));
    }

    private Answer call(String who, String path, HttpRequest.Builder request, Set<Integer> expected) {
        String basic = Base64.getEncoder().encodeToString((who + ":" + who).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> response = send(request.uri(URI.create(root + "/api/v1" + path)).timeout(PATIENCE)
                .header("Accept", "application/json").header("Authorization", "Basic " + basic).build());
        JsonNode body = json.readTree(response.body().isEmpty() ? "null" : response.body());
        if (!expected.contains(response.statusCode())) {
            throw new DemoFailed("%s %s as %s answered %d: %s".formatted(response.request().method(), path, who,
                    response.statusCode(), body.path("detail").asString(response.body())));
        }
        return new Answer(response.statusCode(), body, response.headers().firstValue("ETag").orElse(""));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DemoFailed("%s got no answer: %s".formatted(request.uri(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailed("the server stops");
        }
    }
}
