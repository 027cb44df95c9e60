package dev.rubicon.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.NewAccount;
import dev.rubicon.security.Role;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.PageClient;
import dev.rubicon.testing.RubiconTest;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every route of the API is sent what no client means to send: no answer may be a fault of ours. Where a value would do
 * something that other classes on the same server meet, it is one that nobody has.
 */
@RubiconTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrangeRequestsTest {

    private static final String PASSWORD = "a good password";
    private static final String MINE = "strange-" + UUID.randomUUID();

    /** Stands in for any value of a body. */
    private static final List<String> STRANGE = List.of("null", "\"\"", "\"\\u0000\"", "\"x\"", "-1", "0", "1e308",
            "9223372036854775807", "99999999999999999999", "true", "[]", "[null]", "[\"x\",null]", "[[]]", "{}",
            "{\"x\":null}", "{\"x\":[null]}", "{\"\":\"\\u0000\"}", "\"+294277-01-01T00:00:00Z\"",
            "\"-1000000000-01-01T00:00:00Z\"", "\"+1000000000-12-31T23:59:59Z\"");

    private static final List<String> NO_JSON = List.of("", "{", "\u0000", "plan: &a [*a]", "- ? {}");

    /** Stands in for any value of a URL; the last are cursors of lists that hold what no row has. */
    private static final List<String> STRANGE_TEXTS = Stream.concat(
            Stream.of("", "\u0000", "x", "-1", "9223372036854775807", "99999999999999999999", "%", ":", "a:\u0000",
                    "+294277-01-01T00:00:00Z", "-1000000000-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z"),
            Stream.of("targets\u001f99999999999\u001f\u0000", "users\u001f\u0000", "tokens\u001fx\u001fx",
                    "tokens\u001f9223372036854775807\u001f" + UUID.randomUUID(), "audit\u001f-1", "x", "")
                    .map(StrangeRequestsTest::base64))
            .toList();

    private static final List<String> STRANGE_TAGS = List.of("", "x", "\"-1\"", "\"99999999999999999999\"", "W/\"0\"",
            "\"");

    @LocalServerPort
    int port;
    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping routes;
    @Autowired
    Accounts accounts;
    @Autowired
    JsonMapper json;

    private final AtomicInteger number = new AtomicInteger();
    private ApiClient admin;
    private PageClient visitor;
    private String webhook = "";

    /** @param handler what takes it */
    record Route(String method, String path, HandlerMethod handler) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @BeforeAll
    void makeWhatIsChanged() {
        accounts.seed(MINE, "", PASSWORD, Map.of(Actor.EVERYWHERE, EnumSet.allOf(Role.class)));
        accounts.seed(MINE + "-0", "", PASSWORD, Map.of("nowhere", Set.of(Role.VIEWER)));
        admin = ApiClient.on(port).as(MINE, PASSWORD);
        visitor = PageClient.signedIn(port, MINE, PASSWORD);
        made(admin.post("/api/v1/targets", """
                {"name": "%s", "engine": "postgresql", "environment": "staging", "url": "jdbc:postgresql://localhost:1/x"}
                """.formatted(MINE)));
        webhook = made(admin.post("/api/v1/webhooks", """
                {"name": "%s", "url": "https://strange.invalid/", "events": ["drift.found"], "environments": ["staging"]}
                """.formatted(MINE))).json().path("id").asString();
        made(admin.with("Content-Type", "application/yaml").post("/api/v1/plans", """
                plan: %s
                title: What nobody runs
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: add
                        sql: ALTER TABLE strange ADD COLUMN more text;
                        rollback: { sql: ALTER TABLE strange DROP COLUMN more;, dataLoss: none }
                """.formatted(MINE)));
    }

    @AfterAll
    void takeItAway() {
        admin.get("/api/v1/webhooks").json().path("items").forEach(each -> {
            if (each.path("url").asString().contains("strange.invalid")) {
                admin.with("If-Match", "*").delete("/api/v1/webhooks/" + each.path("id").asString());
            }
        });
        admin.with("If-Match", "*").delete("/api/v1/targets/" + MINE);
        for (int i = 0; i <= number.get(); i++) {
            admin.with("If-Match", "*").delete("/api/v1/users/" + MINE + "-" + i);
        }
        admin.with("If-Match", "*").delete("/api/v1/users/" + MINE);
    }

    Stream<Route> api() {
        return mapped().filter(route -> route.path.startsWith("/api/v1/"));
    }

    Stream<Route> pages() {
        return mapped().filter(route -> route.method.equals("GET")
                && route.handler.getBeanType().getPackageName().equals("dev.rubicon.web.pages"));
    }

    private Stream<Route> mapped() {
        return routes.getHandlerMethods().entrySet().stream().flatMap(entry -> {
            Set<RequestMethod> methods = entry.getKey().getMethodsCondition().getMethods();
            return entry.getKey().getPatternValues().stream()
                    .flatMap(path -> methods.stream().map(method -> new Route(method.name(), path, entry.getValue())));
        });
    }

    @ParameterizedTest
    @MethodSource("api")
    void answersWhatIsStrangeWithoutAFaultOfItsOwn(Route route) {
        List<String> faults = new ArrayList<>();
        boolean reads = route.method.equals("GET");
        String good = path(route, null);
        urls(route).forEach(url -> call(admin, route, url, reads ? null : "{}", faults));
        if (!reads) {
            STRANGE_TAGS.forEach(tag -> call(admin.with("If-Match", tag), route, good, "{}", faults));
            bodies(route).forEach(body -> call(whoMay(route), route, good, body, faults));
        }

        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void showsNoPageOfAFaultToWhoeverTypesAStrangeUrl(Route route) {
        assertThat(urls(route).filter(url -> visitor.get(url).status() >= 500)).isEmpty();
    }

    private Stream<String> urls(Route route) {
        String good = path(route, null);
        return Stream.concat(
                Stream.of("-1", "x", "9223372036854775807", "99999999999999999999", "%00", "%20")
                        .map(text -> path(route, text)),
                parameters(route).stream().flatMap(
                        name -> STRANGE_TEXTS.stream().map(text -> good + "?" + name + "=" + encoded(text))))
                .distinct();
    }

    /** Nothing is deleted by a condition that holds. */
    private ApiClient whoMay(Route route) {
        return route.method.equals("DELETE") ? admin : admin.with("If-Match", "*");
    }

    private static void call(ApiClient client, Route route, String path, @Nullable String body, List<String> faults) {
        ApiClient.Answer answer = client.call(route.method, path, body);
        if (answer.status() >= 500) {
            faults.add(path + " " + (body == null ? "" : body) + " -> " + answer.status());
        }
        if (body != null && route.method.equals("POST") && route.path.matches(".*/(plans|analyses|analysis)")) {
            int status = client.with("Content-Type", "application/yaml").call(route.method, path, body).status();
            if (status >= 500) {
                faults.add(path + " as YAML " + body + " -> " + status);
            }
        }
    }

    /** @param text for each place in it, or null for what is there, or would do no harm */
    private String path(Route route, @Nullable String text) {
        String path = route.path;
        if (text == null) {
            path = path.replace("/webhooks/{id}", "/webhooks/" + webhook).replace("/targets/{name}", "/targets/" + MINE)
                    .replace("/users/{name}", "/users/" + MINE + "-0")
                    .replace("/environments/{name}", "/environments/NONE")
                    .replace("/plans/{plan}", "/plans/" + MINE).replace("/revisions/{revision}", "/revisions/1");
        }
        return path.replaceAll("\\{\\w+:(\\w+)[^}]*}", "$1").replaceAll("\\{[^}]*}", text == null ? "-1" : text);
    }

    private static List<String> parameters(Route route) {
        return Arrays.stream(route.handler.getMethodParameters()).flatMap(parameter -> {
            parameter.initParameterNameDiscovery(new org.springframework.core.DefaultParameterNameDiscoverer());
            if (parameter.hasParameterAnnotation(RequestParam.class)) {
                return Stream.of(Objects.requireNonNull(parameter.getParameterName()));
            }
            boolean filter = parameter.getParameterType().isRecord() && parameter.getParameterAnnotations().length == 0;
            return filter
                    ? Arrays.stream(parameter.getParameterType().getRecordComponents()).map(RecordComponent::getName)
                    : Stream.empty();
        }).toList();
    }

    private Stream<String> bodies(Route route) {
        Stream<String> plain = Stream.concat(STRANGE.stream(), NO_JSON.stream());
        return Arrays.stream(route.handler.getMethodParameters())
                .filter(parameter -> parameter.hasParameterAnnotation(RequestBody.class))
                .map(MethodParameter::getGenericParameterType).findFirst()
                .map(type -> Stream.concat(plain, strange(type).stream())).orElse(plain);
    }

    /** Bodies of the type in which one value, at any depth, is strange; the others are as they should be. */
    private List<String> strange(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return strange(list.getActualTypeArguments()[0]).stream().map(each -> "[" + each + "]").toList();
        }
        if (!(type instanceof Class<?> made) || !made.isRecord()) {
            return List.of();
        }
        List<String> bodies = new ArrayList<>();
        for (RecordComponent component : made.getRecordComponents()) {
            List<String> values = new ArrayList<>(STRANGE);
            values.addAll(strange(component.getGenericType()));
            values.forEach(value -> bodies.add(body(made, component.getName(), value)));
        }
        return bodies;
    }

    private String body(Class<?> type, @Nullable String strange, String value) {
        return Arrays.stream(type.getRecordComponents())
                .map(each -> "\"%s\":%s".formatted(written(each, type),
                        each.getName().equals(strange) ? value : usual(each, type)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String written(RecordComponent component, Class<?> of) {
        try {
            JsonProperty property = of.getDeclaredField(component.getName()).getAnnotation(JsonProperty.class);
            return property == null ? component.getName() : property.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    private String usual(RecordComponent component, Class<?> of) {
        return switch (component.getName()) {
            case "name" -> "\"" + MINE + "-" + number.incrementAndGet() + "\"";
            case "url" -> "\"https://strange.invalid/\"";
            case "password" -> of == NewAccount.class ? "\"" + PASSWORD + "\"" : "null";
            case "currentPassword", "passwordRef", "secret" -> "null";
            case "environment" -> "\"nowhere\"";
            case "expiresAt" -> "\"" + soon() + "\"";
            case "startsAt" -> "\"2098-01-01T00:00:00Z\"";
            case "endsAt" -> "\"2099-01-01T00:00:00Z\"";
            default -> usual(component.getGenericType());
        };
    }

    private String usual(Type type) {
        if (type instanceof ParameterizedType many) {
            return Collection.class.isAssignableFrom((Class<?>) many.getRawType())
                    ? "[" + usual(many.getActualTypeArguments()[0]) + "]"
                    : "{}";
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return body(plain, null, "");
        }
        Map<Class<?>, Object> values = new LinkedHashMap<>();
        values.put(Instant.class, soon());
        values.put(LocalTime.class, "22:00");
        values.put(java.time.ZoneId.class, "Europe/Berlin");
        values.put(java.time.Duration.class, "10m");
        values.put(String.class, "x");
        if (values.containsKey(plain)) {
            return json.writeValueAsString(values.get(plain));
        }
        if (plain.isEnum()) {
            return json.writeValueAsString(plain.getEnumConstants()[0]);
        }
        return plain == boolean.class || plain == Boolean.class ? "true" : "1";
    }

    private static ApiClient.Answer made(ApiClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer;
    }

    private static String soon() {
        return Instant.now().plus(30, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
