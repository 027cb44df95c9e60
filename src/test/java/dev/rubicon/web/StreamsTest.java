package dev.rubicon.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RubiconTest
@Import(StreamsTest.Stream.class)
class StreamsTest {

    @TestConfiguration
    @RestController
    static class Stream {
        @GetMapping(path = "/api/v1/test-stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        SseEmitter stream(@AuthenticationPrincipal Actor actor) throws IOException {
            SseEmitter emitter = new SseEmitter();
            // kept until the request's own thread sends it with the headers, which no other thread may
            emitter.send(SseEmitter.event().id("1").data(actor.name()));
            Thread.ofVirtual().start(() -> {
                try {
                    emitter.send(SseEmitter.event().id("2").data("end"));
                    emitter.complete();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return emitter;
        }

        @GetMapping("/api/v1/test-failure")
        String fail() {
            throw new IllegalStateException("the password is hush");
        }
    }

    @LocalServerPort
    int port;
    @Autowired
    Accounts accounts;

    private final String name = "s-" + UUID.randomUUID();

    @Test
    void streamsToAnActorOfOneRequest() {
        var answer = client().with("Accept", "text/event-stream").get("/api/v1/test-stream");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
        assertThat(answer.header("ETag")).isEmpty();
        assertThat(answer.body()).contains("data:" + name).contains("id:2").contains("data:end");
    }

    @Test
    void streamsWithoutAnAcceptHeaderToo() {
        assertThat(client().get("/api/v1/test-stream").body()).contains("data:end");
    }

    @Test
    void answersAnUnforeseenFailureWithAReferenceAlone() {
        var answer = client().get("/api/v1/test-failure");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.problem()).isEqualTo("internal");
        assertThat(answer.json().path("reference").asString()).isNotEmpty();
        assertThat(answer.body()).doesNotContain("hush").doesNotContain("IllegalState");
    }

    private ApiClient client() {
        accounts.seed(name, "", "a good password", Map.of("staging", Set.of(Role.VIEWER)));
        return ApiClient.on(port).as(name, "a good password");
    }
}
