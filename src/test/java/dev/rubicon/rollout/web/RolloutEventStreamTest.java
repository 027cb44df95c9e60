package dev.rubicon.rollout.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.problem.IfMatch;
import dev.rubicon.security.AccountChange;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.IssuedToken;
import dev.rubicon.security.NewToken;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import dev.rubicon.security.Tokens;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.PageClient;
import dev.rubicon.testing.RubiconTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@RubiconTest
class RolloutEventStreamTest {

    private static final String PASSWORD = "a good password";
    private static final int MOST_ON_THEIR_WAY = 4;
    private static final int MANY = 100;

    @LocalServerPort
    private int port;

    @Autowired
    private Api api;

    @Autowired
    private Accounts accounts;

    @Autowired
    private Tokens tokens;

    @Test
    @Timeout(120)
    void streamsToWhoeverAsksAndGoesOnBehindTheLastEventSeen() throws IOException, InterruptedException {
        long rollout = rollout("stream");

        List<Long> first = ids(rollout, 0, 2);
        assertThat(first).hasSize(2).isSorted();
        assertThat(ids(rollout, first.getFirst(), 1)).containsExactly(first.getLast());
    }

    /** Their first events come while the answer's headers are still being written, or after they have gone. */
    @Test
    @Timeout(120)
    void streamsToManyWhoComeAndGo() throws IOException, InterruptedException {
        long rollout = rollout("stream-many");

        for (int i = 0; i < MANY; i++) {
            assertThat(ids(rollout, 0, 2)).hasSize(2);
        }
    }

    /** @param deed after which the reader, who sends these headers, may not hear any more */
    private record Reader(String name, Map<String, String> headers, Runnable deed) {}

    /** All at once, for each has to outlive an asking first, which the heartbeat tells. */
    @Test
    @Timeout(300)
    void endsForWhoeverMayNotHearAnyMore() throws IOException, InterruptedException {
        long rollout = rollout("stream-ends");
        Map<Reader, BufferedReader> streams = new LinkedHashMap<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            try {
                for (Reader reader : readers()) {
                    streams.put(reader, opened(client, rollout, reader));
                }
                for (var stream : streams.entrySet()) {
                    assertThat(untilHeartbeat(stream.getValue())).as(stream.getKey().name() + " before").isTrue();
                }
                streams.keySet().forEach(reader -> reader.deed().run());
                for (var stream : streams.entrySet()) {
                    assertThat(ends(stream.getValue())).as(stream.getKey().name() + " after").isTrue();
                }
            } finally {
                client.shutdownNow();
            }
        }
    }

    private List<Reader> readers() {
        String moved = person();
        String renewed = person();
        String disabled = person();
        Actor owner = new Actor(person(), null, Map.of("production", Set.of(Role.VIEWER)), Set.of());
        IssuedToken token = tokens.create(owner, new NewToken("stream", Set.of(Scope.READ),
                Instant.now().plus(Duration.ofDays(1))));
        PageClient browser = PageClient.signedIn(port, person(), PASSWORD);
        PageClient shut = PageClient.signedIn(port, disabled, PASSWORD);
        return List.of(
                new Reader("roles taken away", basic(moved), () -> change(moved,
                        new AccountChange(null, Map.of("staging", Set.of(Role.VIEWER)), null, null, null))),
                new Reader("another password", basic(renewed),
                        () -> change(renewed, new AccountChange(null, null, null, "another password", null))),
                new Reader("token revoked", Map.of("Authorization", "Bearer " + token.secret()),
                        () -> tokens.revoke(owner, token.token().id())),
                new Reader("signed out", Map.of("Cookie", browser.cookie()),
                        () -> browser.post("/logout", Map.of())),
                new Reader("account shut", Map.of("Cookie", shut.cookie()),
                        () -> change(disabled, new AccountChange(null, null, true, null, null))));
    }

    private long rollout(String tag) {
        Fleet fleet = new Fleet(api, tag, 1, 1);
        fleet.submit(fleet.renameUsername());
        return fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();
    }

    private BufferedReader opened(HttpClient client, long rollout, Reader reader)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(events(rollout));
        reader.headers().forEach(request::header);
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Heartbeats from before the deed may still be on their way, however many a slow machine sends meanwhile. */
    private static boolean ends(BufferedReader lines) throws IOException {
        for (int heartbeats = 0; heartbeats < MOST_ON_THEIR_WAY; heartbeats++) {
            if (!untilHeartbeat(lines)) {
                return true;
            }
        }
        return false;
    }

    /** @return false at the end of the stream */
    private static boolean untilHeartbeat(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains("heartbeat")) {
                return true;
            }
        }
        return false;
    }

    private String person() {
        String name = "stream-" + UUID.randomUUID();
        accounts.seed(name, "", PASSWORD, Map.of("production", Set.of(Role.VIEWER)));
        return name;
    }

    private void change(String name, AccountChange change) {
        accounts.change(Actor.RUBICON, name, change,
                new IfMatch(IfMatch.etag(accounts.find(name).orElseThrow().version())));
    }

    private static Map<String, String> basic(String name) {
        return Map.of("Authorization", "Basic "
                + Base64.getEncoder().encodeToString((name + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
    }

    private URI events(long rollout) {
        return URI.create("http://localhost:%d/api/v1/rollouts/%d/events".formatted(port, rollout));
    }

    /** The numbers of so many events, as a client reads them that says nothing of what it accepts. */
    private List<Long> ids(long rollout, long behind, int many) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest
                .newBuilder(events(rollout))
                .header("Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("author:author".getBytes(StandardCharsets.UTF_8)))
                .header("Last-Event-ID", String.valueOf(behind)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response = client.send(request,
                    HttpResponse.BodyHandlers.ofInputStream());
            try (Stream<String> lines = new BufferedReader(
                    new InputStreamReader(response.body(), StandardCharsets.UTF_8)).lines()) {
                return lines.filter(line -> line.startsWith("id:")).limit(many)
                        .map(line -> Long.valueOf(line.substring(3))).toList();
            } finally {
                client.shutdownNow();
            }
        }
    }
}
