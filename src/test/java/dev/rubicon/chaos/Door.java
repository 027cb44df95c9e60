package dev.rubicon.chaos;

import dev.rubicon.faults.Cluster;
import dev.rubicon.faults.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The API of a cluster some of whose nodes are dead or frozen: asks one node after another until one answers. A POST
 * bears an Idempotency-Key, so that whoever does not know whether it was heard may say it again.
 */
final class Door {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration ANSWER = Duration.ofSeconds(8);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Cluster cluster;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();

    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    Door(Cluster cluster) {
        this.cluster = cluster;
        token("author", "plans", "rollouts");
        token("operator", "rollouts", "deployments", "backups");
    }

    /** Checking a password is slow on purpose, too slow for hundreds of calls. */
    private void token(String who, String... scopes) {
        tokens.put(who, post(who, "/tokens", Map.of("name", "chaos", "scopes", List.of(scopes), "expiresAt",
                Instant.now().plus(Duration.ofDays(1)).toString())).expect(201).body().path("secret").asString());
    }

    /** An answer that is not the server's own trouble. */
    record Answer(int status, JsonNode body) {

        Answer expect(int expected) {
            if (status != expected) {
                throw new IllegalStateException("answered %d instead of %d: %s".formatted(status, expected, body));
            }
            return this;
        }
    }

    JsonNode get(String path) {
        return persist("GET", "author", path, null).expect(200).body();
    }

    Answer post(String who, String path, Object body) {
        return persist("POST", who, path, JSON.writeValueAsString(body));
    }

    Answer patch(String who, String path, Object body) {
        return persist("PATCH", who, path, JSON.writeValueAsString(body));
    }

    private Answer persist(String method, String who, String path, @Nullable String body) {
        String key = UUID.randomUUID().toString();
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "no node runs";
        while (System.nanoTime() < end) {
            for (int port : ports()) {
                try {
                    HttpResponse<String> response = send(request(port, path, who).timeout(ANSWER)
                            .header("Content-Type", "application/json").header("Idempotency-Key", key)
                            .header("If-Match", "*").method(method, body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body))
                            .build(), HttpResponse.BodyHandlers.ofString());
                    if (response.statusCode() < 500) {
                        return new Answer(response.statusCode(), response.body().isBlank()
                                ? JSON.missingNode()
                                : JSON.readTree(response.body()));
                    }
                    last = response.statusCode() + " " + response.body();
                } catch (IOException unreachable) {
                    last = String.valueOf(unreachable);
                }
            }
            pause();
        }
        throw new IllegalStateException("%s %s: nobody answered within %s; last was %s".formatted(method, path,
                PATIENCE, last));
    }

    private List<Integer> ports() {
        List<Integer> ports = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            try {
                if (node.runs()) {
                    ports.add(node.port());
                }
            } catch (IllegalStateException killedMeanwhile) {
                continue;
            }
        }
        java.util.Collections.shuffle(ports, ThreadLocalRandom.current());
        return ports;
    }

    private HttpRequest.Builder request(int port, String path, String who) {
        String token = tokens.get(who);
        String basic = Base64.getEncoder()
                .encodeToString((who + ":" + who + Cluster.ENDING).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/v1" + path))
                .header("Authorization", token == null ? "Basic " + basic : "Bearer " + token);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return http.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The numbers of a rollout's events as a reader of the stream gets them, from the first to this one. */
    List<Long> followed(long rollout, long upTo) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            for (int port : ports()) {
                var reading = CompletableFuture.supplyAsync(() -> followed(port, rollout, upTo),
                        Thread::startVirtualThread);
                try {
                    return reading.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
                } catch (ExecutionException | TimeoutException nodeDied) {
                    reading.cancel(true);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
            pause();
        }
        throw new IllegalStateException("nobody streams the events of rollout " + rollout + " up to " + upTo);
    }

    private List<Long> followed(int port, long rollout, long upTo) {
        try {
            HttpResponse<java.io.InputStream> response = send(
                    request(port, "/rollouts/" + rollout + "/events", "author").header("Last-Event-ID", "0")
                            .timeout(ANSWER).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            List<Long> numbers = new ArrayList<>();
            try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                while (numbers.isEmpty() || numbers.getLast() < upTo) {
                    String line = lines.readLine();
                    if (line == null) {
                        throw new IOException("the stream ended");
                    }
                    if (line.startsWith("id:")) {
                        numbers.add(Long.valueOf(line.substring(3).strip()));
                    }
                }
            }
            return numbers;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
