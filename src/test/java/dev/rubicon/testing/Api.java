package dev.rubicon.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The REST API of a running server, as somebody with an account calls it: what is sent and what comes back is JSON. */
public final class Api {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ROOT = "/api/v1";

    private final ApiClient client;
    private final String passwordEnding;

    private Api(ApiClient client, String passwordEnding) {
        this.client = client;
        this.passwordEnding = passwordEnding;
    }

    /** Without any credentials. */
    public static Api of(int port) {
        return new Api(ApiClient.on(port).with("Accept", "application/json"), "");
    }

    public Api as(String name, String password) {
        return new Api(client.as(name, password), passwordEnding);
    }

    /** The same server, where every account's password is its name with this ending. */
    public Api withPasswordEnding(String ending) {
        return new Api(client, ending);
    }

    /** As an account whose password is its name, with the ending given. */
    public Api as(String name) {
        return as(name, name + passwordEnding);
    }

    public Api withToken(String token) {
        return new Api(client.bearer(token), passwordEnding);
    }

    public Api with(String header, String value) {
        return new Api(client.with(header, value), passwordEnding);
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
        return answer(client.get(ROOT + path));
    }

    public Answer post(String path, Object body) {
        return answer(client.post(ROOT + path, JSON.writeValueAsString(body)));
    }

    public Answer postYaml(String path, String yaml) {
        return answer(client.with("Content-Type", "application/yaml").post(ROOT + path, yaml));
    }

    public Answer patch(String path, Object body) {
        return answer(client.patch(ROOT + path, JSON.writeValueAsString(body)));
    }

    /** Changes a part of something on the version that it has now, though it moves on meanwhile. */
    public Answer patchNewest(String path, String part, Object body) {
        Answer answer;
        do {
            String etag = get(path).expect(200).headers().firstValue("ETag").orElseThrow();
            answer = with("If-Match", etag).patch(path + part, body);
        } while (answer.status() == 412);
        return answer;
    }

    public Answer put(String path, Object body) {
        return answer(client.put(ROOT + path, JSON.writeValueAsString(body)));
    }

    public Answer delete(String path) {
        return answer(client.delete(ROOT + path));
    }

    private static Answer answer(ApiClient.Answer answer) {
        return new Answer(answer.status(), answer.body().isBlank() ? JSON.missingNode() : answer.json(),
                answer.response().headers());
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
