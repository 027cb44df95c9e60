package dev.rubicon.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

@RubiconTest
class RoutesTest {

    /** What anybody may call; everything else that is mapped takes an actor. */
    private static final List<String> PUBLIC = List.of("/login", "/assets/", "/favicon", "/actuator/health",
            "/schemas/", "/docs/rules", "/problems", "/api/openapi.json", "/api/docs", "/api/swagger-ui");

    @LocalServerPort
    int port;
    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping routes;

    private record Route(String method, String path) {}

    @Test
    void refusesAnonymousCallsOfEveryRouteThatIsNotPublic() {
        List<Route> closed = routes.getHandlerMethods().keySet().stream().flatMap(RoutesTest::routes)
                .filter(route -> PUBLIC.stream().noneMatch(route.path::startsWith)).toList();
        List<String> open = new ArrayList<>();
        for (Route route : closed) {
            var answer = ApiClient.on(port).call(route.method, route.path, null);
            boolean refused = route.path.startsWith("/api/")
                    ? answer.status() == 401 && answer.problem().equals("unauthenticated")
                    : answer.status() == 403
                            || (answer.status() == 302 && answer.header("Location").endsWith("/login"));
            if (!refused) {
                open.add(route + " answered " + answer.status());
            }
        }

        assertThat(closed).hasSizeGreaterThan(20);
        assertThat(open).isEmpty();
    }

    @Test
    void refusesWhatIsNotMappedToo() {
        assertThat(ApiClient.on(port).get("/api/v1/nothing").status()).isEqualTo(401);
        assertThat(ApiClient.on(port).get("/api").status()).isEqualTo(401);
        assertThat(ApiClient.on(port).get("/actuator").status()).isEqualTo(302);
        assertThat(ApiClient.on(port).get("/actuator/env").status()).isEqualTo(302);
        assertThat(ApiClient.on(port).get("/error").status()).isEqualTo(302);
    }

    @Test
    void showsItsHealthAndItsDescriptionToAnybody() {
        assertThat(ApiClient.on(port).get("/actuator/health").status()).isEqualTo(200);
        assertThat(ApiClient.on(port).get("/actuator/health/liveness").status()).isEqualTo(200);

        var description = ApiClient.on(port).get("/api/openapi.json");
        assertThat(description.json().path("info").path("title").asString()).isEqualTo("Rubicon");
        assertThat(description.json().path("components").path("securitySchemes").propertyNames()).contains("basic",
                "token");
        var register = description.json().path("paths").path("/api/v1/targets").path("post");
        assertThat(register.path("responses").path("default").toString()).contains("application/problem+json");
        assertThat(register.path("parameters").toString()).contains("Idempotency-Key").doesNotContain("actor");
        assertThat(description.json().at("/components/schemas/Problem/properties").propertyNames()).contains("type",
                "detail");
    }

    @Test
    void servesThePageToTryTheApi() {
        var page = ApiClient.on(port).get("/api/docs");
        assertThat(page.status()).isEqualTo(302);
        String location = page.header("Location").replaceFirst("^http://[^/]+", "");
        var ui = ApiClient.on(port).get(location);
        assertThat(ui.status()).as(location).isEqualTo(200);
        assertThat(ui.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
        assertThat(ApiClient.on(port).get("/api/openapi.json/swagger-config").status()).isEqualTo(200);
        assertThat(ApiClient.on(port).get(location.replace("index.html", "swagger-ui-bundle.js")).status())
                .isEqualTo(200);
    }

    private static Stream<Route> routes(RequestMappingInfo info) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        return info.getPatternValues().stream().map(path -> path.replaceAll("\\{[^}]*}", "1").replace("**", "x"))
                .flatMap(path -> (methods.isEmpty() ? Stream.of(RequestMethod.GET) : methods.stream())
                        .map(method -> new Route(method.name(), path)));
    }
}
