package dev.rubicon.gate.web;

import static dev.rubicon.gate.GateRoom.person;
import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.rubicon.gate.GateRoom;
import dev.rubicon.problem.Problem;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import java.io.UnsupportedEncodingException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.method.annotation.AuthenticationPrincipalArgumentResolver;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** The words on the wire; what they mean is tested at the doors. */
class GateApiTest {

    private static final Actor OPERATOR = person("olga", "production", Role.OPERATOR);

    private final GateRoom room = GateRoom.empty();
    private final MockMvcTester api = MockMvcTester.create(MockMvcBuilders
            .standaloneSetup(room.bean(DeploymentsController.class), room.bean(BackupsController.class),
                    room.bean(FreezeWindowsController.class))
            .setCustomArgumentResolvers(new AuthenticationPrincipalArgumentResolver()).build());

    GateApiTest() {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken(OPERATOR, null));
    }

    @AfterEach
    void signOut() {
        SecurityContextHolder.clearContext();
    }

    private MvcTestResult post(String path, String body) {
        return api.post().uri("/api/v1" + path).contentType(MediaType.APPLICATION_JSON).content(body).exchange();
    }

    private MvcTestResult get(String path) {
        return api.get().uri("/api/v1" + path).exchange();
    }

    private static Problem problem(MvcTestResult result) {
        return (Problem) Objects.requireNonNull(result.getMvcResult().getResolvedException());
    }

    private static Object violations(MvcTestResult result) {
        return Objects.requireNonNull(Objects.requireNonNull(problem(result).getBody().getProperties())
                .get("violations"));
    }

    private static <T> T json(MvcTestResult result, String path) throws UnsupportedEncodingException {
        return JsonPath.read(result.getResponse().getContentAsString(), path);
    }

    @Test
    void takesTheReportThatAPipelineSends() {
        post("/deployments",
                "{\"application\": \"web\", \"version\": \"2.9.0\", \"environment\": \"production\", \"state\": \"live\"}");
        MvcTestResult created = post("/deployments",
                "{\"application\": \"web\", \"version\": \"2.10.1\", \"environment\": \"production\", \"state\": \"live\"}");
        assertThat(created).hasStatus(201).bodyJson().isLenientlyEqualTo("""
                {"application": "web", "version": "2.10.1", "environment": "production", "state": "live",
                 "reportedBy": "olga", "at": "2026-01-15T12:00:00Z", "live": ["2.9.0", "2.10.1"]}
                """);
        assertThat(post("/deployments",
                "{\"application\": \"web\", \"version\": \"2.9.0\", \"environment\": \"production\", \"state\": \"gone\"}"))
                .hasStatus(201).bodyJson().extractingPath("$.live").asArray().containsExactly("2.10.1");
        assertThat(get("/deployments/live?application=web")).hasStatusOk().bodyJson()
                .isLenientlyEqualTo("{\"items\": [{\"version\": \"2.10.1\", \"since\": \"2026-01-15T12:00:00Z\"}]}");
    }

    @Test
    void tellsAllThatIsWrongWithAReportAtOnce() {
        MvcTestResult refused = post("/deployments", "{\"version\": \" \", \"state\": \"LIVE\"}");
        assertThat(refused).hasStatus(422);
        assertThat(violations(refused).toString()).contains("/application", "/version", "/environment",
                "state is live or gone");
        assertThat(post("/deployments",
                "{\"application\": \"web\", \"version\": \"1\", \"environment\": \"nowhere\", \"state\": \"live\"}"))
                .hasStatus(422);
        assertThat(get("/deployments?environment=nowhere")).hasStatus(404);
        assertThat(get("/deployments?environment=staging")).as("unseen").hasStatus(404);
    }

    @Test
    void listsInPartsByAnOpaqueCursor() throws UnsupportedEncodingException {
        for (int i = 1; i <= 3; i++) {
            post("/deployments", "{\"application\": \"web\", \"version\": \"" + i
                    + ".0.0\", \"environment\": \"production\", \"state\": \"live\"}");
        }
        MvcTestResult first = get("/deployments?limit=2&application=web");
        assertThat(first).bodyJson().extractingPath("$.items[*].version").asArray().containsExactly("3.0.0", "2.0.0");
        MvcTestResult second = get("/deployments?limit=2&application=web&cursor=" + json(first, "$.next"));
        assertThat(second).bodyJson().extractingPath("$.items[*].version").asArray().containsExactly("1.0.0");
        assertThat(second).bodyJson().extractingPath("$.next").isNull();
        assertThat(get("/deployments?limit=201")).hasStatus(400);
        assertThat(get("/deployments?limit=0")).hasStatus(400);
        assertThat(get("/deployments?cursor=%25%25")).hasStatus(400);
    }

    @Test
    void takesBackupEvidenceAndTellsASkewedClock() {
        assertThat(post("/backups",
                "{\"target\": \"db-1\", \"takenAt\": \"2026-01-15T12:00:00Z\", \"kind\": \"pg_basebackup\", \"reference\": \"acceptance/db-1\"}"))
                .hasStatus(201).bodyJson().isLenientlyEqualTo("""
                        {"target": "db-1", "takenAt": "2026-01-15T12:00:00Z", "kind": "pg_basebackup",
                         "reference": "acceptance/db-1", "class": "stated", "restorableUntil": null,
                         "recordedBy": "olga"}
                        """).doesNotHavePath("$.clockSkewMillis");
        assertThat(post("/backups", """
                {"target": "db-1", "takenAt": "2026-01-15T13:00:05+01:00", "kind": "k", "reference": "r",
                 "class": "restored", "restorableUntil": "2026-02-15T12:00:00Z"}
                """)).hasStatus(201).bodyJson().isLenientlyEqualTo(
                "{\"takenAt\": \"2026-01-15T12:00:00Z\", \"class\": \"restored\", \"clockSkewMillis\": 5000}");
        assertThat(get("/backups?target=db-1")).bodyJson().extractingPath("$.items[*].class").asArray()
                .containsExactly("restored", "stated");
        MvcTestResult refused = post("/backups", "{\"target\": \"db-1\", \"takenAt\": \"today\", \"class\": \"sure\"}");
        assertThat(refused).hasStatus(422);
        assertThat(violations(refused).toString()).contains("/takenAt", "/kind", "/reference",
                "class is stated or observed or restored");
        assertThat(post("/backups",
                "{\"target\": \"db-9\", \"takenAt\": \"2026-01-15T12:00:00Z\", \"kind\": \"k\", \"reference\": \"r\"}"))
                .hasStatus(404);
    }

    @Test
    void setsShowsAndLiftsAFreeze() throws UnsupportedEncodingException {
        MvcTestResult created = post("/freeze-windows", """
                {"environment": "production", "labels": {"region": "eu"}, "endsAt": "2026-01-15T14:00:00Z",
                 "reason": "end of the quarter"}
                """);
        int id = json(created, "$.id");
        String path = "/api/v1/freeze-windows/" + id;
        assertThat(created).hasStatus(201).hasHeader("Location", path).hasHeader("ETag", "\"0\"");
        assertThat(get("/freeze-windows/" + id)).hasStatusOk().hasHeader("ETag", "\"0\"").bodyJson()
                .isLenientlyEqualTo("""
                        {"environment": "production", "labels": {"region": "eu"},
                         "startsAt": "2026-01-15T12:00:00Z", "endsAt": "2026-01-15T14:00:00Z",
                         "reason": "end of the quarter", "setBy": "olga", "version": 0}
                        """);
        assertThat(api.delete().uri(path)).hasStatus(428);
        assertThat(api.delete().uri(path).header("If-Match", "\"1\"")).hasStatus(412);
        assertThat(api.delete().uri(path).header("If-Match", "W/\"0\"")).hasStatus(412);
        assertThat(get("/freeze-windows?environment=production")).bodyJson().extractingPath("$.items").asArray()
                .hasSize(1);
        assertThat(api.delete().uri(path).header("If-Match", "\"0\"")).hasStatus(204);
        assertThat(get("/freeze-windows")).bodyJson().extractingPath("$.items").asArray().isEmpty();
        assertThat(get("/freeze-windows/" + id)).hasStatus(404);
    }

    @Test
    void refusesAFreezeWithoutEndOrReason() {
        MvcTestResult refused = post("/freeze-windows", "{\"environment\": \"production\"}");
        assertThat(refused).hasStatus(422);
        assertThat(violations(refused).toString()).contains("/endsAt", "/reason");
    }

    @Test
    void refusesTimesThatNoOneCanComputeWith() {
        for (String year : new String[]{"-999999999", "+10000"}) {
            MvcTestResult refused = post("/freeze-windows", """
                    {"environment": "production", "reason": "r", "endsAt": "%s-01-01T00:00:00Z"}""".formatted(year));
            assertThat(refused).hasStatus(422);
            assertThat(violations(refused).toString()).contains("/endsAt", "outside of the years");
        }
    }

    @Test
    void refusesAFreezeOfLabelsWithoutAValue() {
        assertThat(post("/freeze-windows",
                """
                {"environment": "production", "reason": "r", "endsAt": "2199-01-01T00:00:00Z", "labels": {"a": null}}"""))
                .hasStatus(422);
    }
}
