package dev.rubicon.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody at the pages, with a cookie that is good at every node. */
public final class PageReader {

    private static final HttpClient HTTP = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    private String cookie = "";

    /** Signs in at the node that listens on this port. */
    public static PageReader signedIn(int port, String name, String password) {
        PageReader reader = new PageReader();
        reader.press(port, "/login", "/login", Map.of("username", name, "password", password));
        return reader;
    }

    public HttpResponse<String> get(int port, String path) {
        return send(port, path, HttpRequest.newBuilder().GET());
    }

    /** Reads a page and sends a form from it: the token of the one is good for the other. */
    HttpResponse<String> press(int port, String page, String action) {
        return press(port, page, action, Map.of());
    }

    private HttpResponse<String> press(int port, String page, String action, Map<String, String> fields) {
        return send(port, action, token(port, page), fields);
    }

    /** The token that the forms of a page carry. */
    public String token(int port, String page) {
        Matcher token = TOKEN.matcher(get(port, page).body());
        if (!token.find()) {
            throw new AssertionError("no form on " + page);
        }
        return token.group(1);
    }

    public HttpResponse<String> send(int port, String action, String token, Map<String, String> fields) {
        String form = "_csrf=" + encoded(token) + fields.entrySet().stream()
                .map(field -> "&" + field.getKey() + "=" + encoded(field.getValue())).collect(Collectors.joining());
        return send(port, action, HttpRequest.newBuilder().header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private HttpResponse<String> send(int port, String path, HttpRequest.Builder request) {
        try {
            var answer = HTTP.send(request.uri(URI.create("http://localhost:" + port + path)).header("Cookie", cookie)
                    .build(), HttpResponse.BodyHandlers.ofString());
            answer.headers().firstValue("Set-Cookie").ifPresent(fresh -> cookie = fresh.replaceAll(";.*", ""));
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
