package dev.rubicon.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers like Rubicon's API, and remembers what was asked and made. */
final class FakeServer implements AutoCloseable {

    final List<Change> changes = new ArrayList<>();
    /** Answers of a status other than the ordinary, by method and path. */
    final Map<String, Integer> refusals = new HashMap<>();

    /** Answers of their own, one after the other, by method and path; the last one stays. */
    final Map<String, Deque<String>> answers = new HashMap<>();

    private final Set<String> keys = new HashSet<>();
    private final List<String> targets = new ArrayList<>();
    private final HttpServer server;
    private boolean rollout;

    /** A call that is no GET: by whom, its method and path, its body. */
    record Change(String who, String request, String body) {
        @Override
        public String toString() {
            return who + ": " + request;
        }
    }

    FakeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1", this::answer);
        server.start();
    }

    URI root() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange call) throws IOException {
        String request = call.getRequestMethod() + " " + call.getRequestURI().getPath().substring("/api/v1".length());
        String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!call.getRequestMethod().equals("GET")) {
            changes.add(new Change(who(call), request, body));
        }
        String key = call.getRequestHeaders().getFirst("Idempotency-Key");
        Integer refused = key == null || keys.add(key) ? refusals.get(request) : Integer.valueOf(422);
        if (refused != null) {
            send(call, refused, "{\"detail\":\"not today\"}");
        } else {
            send(call, status(request), content(request, call.getRequestURI().getQuery()));
            remember(request, body);
        }
    }

    private int status(String request) {
        if (request.startsWith("GET /targets/")) {
            return targets.contains(request.substring("GET /targets/".length())) ? 200 : 404;
        }
        return request.equals("POST /rollouts") ? 202 : 200;
    }

    private String content(String request, @Nullable String query) {
        Deque<String> own = answers.get(request);
        if (own != null) {
            return own.size() > 1 ? own.pop() : own.element();
        }
        return switch (request) {
            case "GET /rollouts" -> query != null && query.contains("cursor=2")
                    ? rollout ? "{\"items\":[{\"plan\":\"rename-username\"}],\"next\":null}" : "{\"items\":[]}"
                    : "{\"items\":[{\"plan\":\"another\"}],\"next\":\"2\"}";
            case "GET /environments/production" ->
                """
                    {"name":"production","position":3,"policy":{"approvals":{"normal":1,"highRisk":2,"river":2},"windows":[]}}""";
            case "POST /plans" -> "{\"plan\":\"rename-username\",\"revision\":1}";
            default -> "{\"ok\":true}";
        };
    }

    private void remember(String request, String body) {
        if (request.equals("POST /targets")) {
            targets.add(body.replaceFirst(".*\"name\":\"([a-z-]+)\".*", "$1"));
        } else if (request.equals("POST /rollouts")) {
            rollout = true;
        }
    }

    private static String who(HttpExchange call) {
        String basic = call.getRequestHeaders().getFirst("Authorization").substring("Basic ".length());
        return new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8).replaceFirst(":.*", "");
    }

    private static void send(HttpExchange call, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("ETag", "\"7\"");
        call.sendResponseHeaders(status, bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
