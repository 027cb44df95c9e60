package dev.rubicon.rollout.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@RubiconTest
class RolloutEventStreamTest {

    @LocalServerPort
    private int port;

    @Autowired
    private Api api;

    @Test
    @Timeout(120)
    void streamsToWhoeverAsksAndGoesOnBehindTheLastEventSeen() throws IOException, InterruptedException {
        Fleet fleet = new Fleet(api, "stream", 1, 1);
        fleet.submit(fleet.renameUsername());
        long rollout = fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();

        List<Long> first = ids(rollout, 0, 2);
        assertThat(first).hasSize(2).isSorted();
        assertThat(ids(rollout, first.getFirst(), 1)).containsExactly(first.getLast());
    }

    /** The numbers of so many events, as a client reads them that says nothing of what it accepts. */
    private List<Long> ids(long rollout, long behind, int many) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest
                .newBuilder(URI.create("http://localhost:%d/api/v1/rollouts/%d/events".formatted(port, rollout)))
                .header("Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("author:author".getBytes(StandardCharsets.UTF_8)))
                .header("Last-Event-ID", String.valueOf(behind)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<java.io.InputStream> response = client.send(request,
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
