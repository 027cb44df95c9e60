package dev.rubicon.testing;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without scripts and pictures: a session, pages, and forms with their CSRF token. */
public final class PageClient {

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    private final ApiClient client;
    private final String token;

    private final String cookie;

    private PageClient(int port, String cookie, String token) {
        this.client = ApiClient.on(port).with("Cookie", cookie);
        this.cookie = cookie;
        this.token = token;
    }

    public static PageClient signedIn(int port, String name, String password) {
        var before = ApiClient.on(port).get("/login");
        var visitor = new PageClient(port, cookie(before), token(before.body()));
        String session = cookie(visitor.post("/login", Map.of("username", name, "password", password)));
        return new PageClient(port, session, token(ApiClient.on(port).with("Cookie", session).get("/login").body()));
    }

    /** What names the session, as the header {@code Cookie} of another client. */
    public String cookie() {
        return cookie;
    }

    public ApiClient.Answer get(String path) {
        return client.get(path);
    }

    /** Sends a form; the answer to one that was taken is 302. */
    public ApiClient.Answer post(String path, Map<String, String> fields) {
        Map<String, String> form = new LinkedHashMap<>(fields);
        form.put("_csrf", token);
        return client.with("Content-Type", "application/x-www-form-urlencoded").post(path, form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&")));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String token(String body) {
        Matcher token = TOKEN.matcher(body);
        if (!token.find()) {
            throw new IllegalStateException("There is no CSRF token on this page");
        }
        return token.group(1);
    }

    private static String cookie(ApiClient.Answer answer) {
        return answer.header("Set-Cookie").replaceAll(";.*", "");
    }
}
