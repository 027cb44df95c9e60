package dev.rubicon.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.rubicon.security.Actor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PlanResourcesTest {

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    @Test
    void submitsAPlanAndFindsTheSameOneAgain() throws Exception {
        MockHttpServletResponse first = submit(named("web"), "application/yaml");
        assertThat(first.getStatus()).isEqualTo(201);
        assertThat(first.getHeader("Location")).isEqualTo("/api/v1/plans/web/revisions/1");
        JsonNode body = json(first);
        assertThat(body.at("/plan").asString()).isEqualTo("web");
        assertThat(body.at("/pointOfNoReturn/step").asString()).isEqualTo("drop-username");
        assertThat(body.at("/risk").asString()).isEqualTo("high");
        assertThat(body.at("/findings").isArray()).isTrue();
        assertThat(body.at("/phases/1/risk").asString()).isEqualTo("medium");
        assertThat(body.at("/phases/2/after/soak").asString()).isEqualTo("72h");
        assertThat(body.at("/phases/2/after/backup/maxAge").asString()).isEqualTo("24h");
        assertThat(body.at("/phases/0/steps/0/rollback/sql").asString()).contains("DROP COLUMN display_name");
        assertThat(body.at("/phases/0/steps/0/migration").asString()).endsWith("_add_display_name");
        assertThat(body.at("/phases/2/steps/0/rollback/why").asString()).startsWith("username is gone");
        assertThat(body.at("/phases/2/steps/0/line").asInt()).isEqualTo(45);
        MockHttpServletResponse again = submit(named("web"), "text/yaml");
        assertThat(again.getStatus()).isEqualTo(200);
        assertThat(json(again).at("/digest")).isEqualTo(body.at("/digest"));
    }

    @Test
    void answersABadPlanWithAllViolationsAndTheirLines() throws Exception {
        MockHttpServletResponse response = submit(named("bad").replace("phase: expand", "phase: exqand"),
                "application/yaml");
        assertThat(response.getStatus()).isEqualTo(422);
        assertThat(response.getContentType()).startsWith("application/problem+json");
        assertThat(json(response).at("/type").asString()).contains("invalid-plan");
        assertThat(json(response).at("/violations/0").toString())
                .contains("\"line\":8", "\"column\":12", "\"pointer\":\"/phases/0/phase\"", "did you mean 'expand'?");
        assertThat(submit("{\"plan\": ", "application/json").getStatus()).isEqualTo(422);
        assertThat(submit("#".repeat((1 << 20) + 1), "application/yaml").getStatus()).isEqualTo(413);
    }

    @Test
    void tellsAnUndeclaredRiverInTheAnswerToTheSubmission() throws Exception {
        JsonNode body = json(
                submit(named("hidden").replace("        pointOfNoReturn: true\n", ""), "application/yaml"));
        assertThat(body.path("findings"))
                .anySatisfy(finding -> assertThat(finding.toString()).contains("\"severity\":\"blocking\"",
                        "\"rule\":\"undeclared-point-of-no-return\"",
                        "\"docs\":\"/docs/rules/undeclared-point-of-no-return\""));
    }

    @Test
    void readsARevisionAsDataAndAsItsText() throws Exception {
        submit(named("read"), "application/yaml");
        MockHttpServletResponse data = call(PlanRoom.VIEWER,
                get("/api/v1/plans/read/revisions/1").accept("application/json"));
        assertThat(json(data).at("/source").asString()).isEqualTo(named("read"));
        assertThat(data.getHeader("ETag")).isEqualTo("\"1-0\"");
        assertThat(call(PlanRoom.VIEWER, get("/api/v1/plans/read/revisions/1").accept("application/yaml"))
                .getContentAsString(StandardCharsets.UTF_8)).isEqualTo(named("read"));
        assertThat(call(PlanRoom.VIEWER, get("/api/v1/plans/read/revisions/2")).getStatus()).isEqualTo(404);
        assertThat(call(PlanRoom.VIEWER, get("/api/v1/plans/nothing")).getStatus()).isEqualTo(404);
        JsonNode plan = json(call(PlanRoom.VIEWER, get("/api/v1/plans/read")));
        assertThat(plan.at("/revisions/0/revision").asInt()).isEqualTo(1);
        assertThat(plan.at("/newest/digest").asString()).startsWith("sha256:");
    }

    @Test
    void givesTheRollbackPlanInThreeForms() throws Exception {
        submit(named("back"), "application/yaml");
        String path = "/api/v1/plans/back/revisions/1/rollback-plan";
        assertThat(text(path, "text/markdown")).contains("DROP COLUMN display_name", "Point of no return");
        assertThat(text(path, "text/html")).startsWith("<!doctype html>").contains("DROP COLUMN display_name");
        JsonNode json = JsonMapper.shared().readTree(text(path, "application/json"));
        assertThat(json.at("/rows/2/side").asString()).isEqualTo("RIVER");
        assertThat(json.at("/scenarios").size()).isEqualTo(4);
    }

    @Test
    void comparesWithTheRevisionBefore() throws Exception {
        submit(named("diff"), "application/yaml");
        submit(named("diff").replace("soak: 72h", "soak: 7d"), "application/yaml");
        JsonNode diff = json(call(PlanRoom.VIEWER, get("/api/v1/plans/diff/revisions/2/diff")));
        assertThat(diff.at("/from").asInt()).isEqualTo(1);
        assertThat(diff.at("/phases/0/change").asString()).isEqualTo("changed");
        assertThat(diff.at("/text").asString()).contains("-      soak: 72h\n+      soak: 7d\n");
        assertThat(call(PlanRoom.VIEWER, get("/api/v1/plans/diff/revisions/2/diff?from=7")).getStatus())
                .isEqualTo(404);
    }

    @Test
    void takesCommentsResolutionsAndAcceptances() throws Exception {
        JsonNode revision = json(submit(named("review").replace("          where: display_name IS NULL\n", ""),
                "application/yaml"));
        String path = "/api/v1/plans/review/revisions/1";
        MockHttpServletResponse comment = call(PlanRoom.APPROVER, body(path + "/comments",
                "{\"text\":\"add where\",\"step\":\"copy-username\",\"changesRequested\":true}"));
        assertThat(comment.getStatus()).isEqualTo(201);
        String id = json(comment).at("/id").asString();
        assertThat(json(call(PlanRoom.VIEWER, get(path + "/comments"))).at("/items/0/changesRequested").asBoolean())
                .isTrue();
        MockHttpServletResponse resolved = call(PlanRoom.APPROVER,
                body(path + "/comments/" + id + "/resolutions", "{}"));
        assertThat(json(resolved).at("/resolvedBy").asString()).isEqualTo("bob");
        String finding = revision.at("/findings/0/id").asString();
        assertThat(call(PlanRoom.APPROVER, body(path + "/findings/" + finding + "/acceptances", "{}")).getStatus())
                .isEqualTo(422);
        assertThat(call(PlanRoom.APPROVER,
                body(path + "/findings/" + finding + "/acceptances", "{\"reason\":\"few rows\"}")).getStatus())
                .isEqualTo(201);
        assertThat(json(call(PlanRoom.VIEWER, get(path).accept("application/json"))).at("/findings/0/accepted/reason")
                .asString()).isEqualTo("few rows");
    }

    @Test
    void listsPlansInPages() throws Exception {
        try (PlanRoom own = new PlanRoom()) {
            for (String name : new String[]{"a", "b", "c"}) {
                own.submit(named(name));
                own.clock.advance(Duration.ofSeconds(1));
            }
            JsonNode first = json(own.mvc(PlanRoom.VIEWER).perform(get("/api/v1/plans?limit=2")).andReturn()
                    .getResponse());
            assertThat(first.at("/items/0/plan").asString()).isEqualTo("c");
            JsonNode second = json(own.mvc(PlanRoom.VIEWER)
                    .perform(get("/api/v1/plans").param("limit", "2").param("cursor", first.at("/next").asString()))
                    .andReturn().getResponse());
            assertThat(second.at("/items/0/plan").asString()).isEqualTo("a");
            assertThat(second.at("/items").size()).isEqualTo(1);
            assertThat(second.at("/next").isNull()).isTrue();
            assertThat(own.mvc(PlanRoom.VIEWER).perform(get("/api/v1/plans?cursor=nonsense")).andReturn()
                    .getResponse().getStatus()).isEqualTo(400);
        }
    }

    @Test
    void judgesPlansAndScriptsWithoutStoringThem() throws Exception {
        MockHttpServletRequestBuilder plan = post("/api/v1/analyses").contentType("application/yaml")
                .content(named("only-judged"));
        JsonNode judged = json(call(PlanRoom.VIEWER, plan));
        assertThat(judged.at("/pointOfNoReturn/step").asString()).isEqualTo("drop-username");
        assertThat(judged.at("/statements/0/kind").asString()).isEqualTo("ddl");
        assertThat(judged.at("/statements/0/line").asInt()).isEqualTo(11);
        assertThat(room.plans().find("only-judged", 1)).isEmpty();
        JsonNode script = json(call(PlanRoom.VIEWER, body("/api/v1/analyses",
                "{\"sql\":\"SELECT 1;\\nALTR TABLE a\",\"engine\":\"postgresql\",\"serverVersion\":17}")));
        assertThat(script.at("/findings/0/rule").asString()).isEqualTo("syntax-error");
        assertThat(script.at("/findings/0/line").asInt()).isEqualTo(2);
        assertThat(script.at("/findings/0/step").isNull()).isTrue();
        assertThat(call(PlanRoom.VIEWER, body("/api/v1/analyses", "{\"sql\":1}")).getStatus()).isEqualTo(422);
        assertThat(call(PlanRoom.VIEWER, body("/api/v1/analyses", "{\"sql\":\"x\",\"engine\":\"oracle\"}"))
                .getStatus()).isEqualTo(422);
        assertThat(call(PlanRoom.VIEWER, body("/api/v1/analyses", "{\"sql\":\"x\",\"engine\":\"dynamodb\"}"))
                .getStatus()).isEqualTo(422);
    }

    @Test
    void judgesByWhatTheRequestSays() throws Exception {
        assertThat(analyse("{\"sql\":\"SELECT 1\",\"serverVersion\":14,\"style\":true,\"inTransaction\":true}")
                .getStatus()).isEqualTo(200);
        for (String wrong : List.of("\"serverVersion\":0", "\"serverVersion\":1000", "\"serverVersion\":\"17\"",
                "\"style\":1", "\"inTransaction\":\"yes\"", "\"target\":\"\"", "\"target\":7")) {
            MockHttpServletResponse refused = analyse("{\"sql\":\"SELECT 1\"," + wrong + "}");
            assertThat(refused.getStatus()).as(wrong).isEqualTo(422);
            assertThat(json(refused).at("/violations/0/pointer").asString())
                    .isEqualTo("/" + wrong.substring(1, wrong.indexOf('"', 1)));
        }
        assertThat(json(analyse("{\"sql\":1,\"style\":1,\"engine\":\"oracle\"}")).path("violations").size())
                .isEqualTo(3);
    }

    @Test
    void readsAScriptAsItsToolWouldRunIt() throws Exception {
        JsonNode judged = json(analyse("{\"sql\":\"\\\\connect shop\\n-- migrate:up\\nSELECT :'v';\\n"
                + "-- migrate:down\\nDROP TABEL ${schema}.a;\\n\"}"));
        assertThat(judged.path("findings").size()).isEqualTo(1);
        assertThat(judged.at("/findings/0/rule").asString()).isEqualTo("syntax-error");
        assertThat(judged.at("/findings/0/line").asInt()).isEqualTo(5);
        assertThat(judged.at("/findings/0/direction").asString()).isEqualTo("rollback");
    }

    @Test
    void tellsFindingsAsSarifToThoseWhoAskForIt() throws Exception {
        MockHttpServletResponse script = call(PlanRoom.VIEWER,
                body("/api/v1/analyses", "{\"sql\":\"ALTR TABLE a\"}").accept("application/sarif+json"));
        assertThat(script.getContentType()).startsWith("application/sarif+json");
        assertThat(json(script).at("/runs/0/results/0/ruleId").asString()).isEqualTo("syntax-error");
        String accepting = named("told").replace("\nphases:",
                "accept: [{ rule: undeclared-point-of-no-return, because: no }, "
                        + "{ rule: backfill-without-where, because: all rows }]\nphases:")
                .replace("          where: display_name IS NULL\n", "");
        submit(accepting, "application/yaml");
        JsonNode results = json(call(PlanRoom.VIEWER, get("/api/v1/plans/told/revisions/1/analysis")
                .accept("application/sarif+json"))).at("/runs/0/results");
        assertThat(results.valueStream().filter(each -> each.path("suppressions").size() > 0)
                .map(each -> each.path("ruleId").asString())).containsExactly("backfill-without-where");
        assertThat(results.at("/0/locations/0/physicalLocation/artifactLocation/uri").asString())
                .isEqualTo("plans/told/revisions/1");
    }

    private static MockHttpServletResponse analyse(String request) throws Exception {
        return call(PlanRoom.VIEWER, body("/api/v1/analyses", request));
    }

    @Test
    void showsTheJudgementOfARevision() throws Exception {
        submit(named("judged"), "application/yaml");
        JsonNode analysis = json(call(PlanRoom.VIEWER, get("/api/v1/plans/judged/revisions/1/analysis")));
        assertThat(analysis.at("/risk").asString()).isEqualTo("high");
        assertThat(analysis.at("/phaseRisks/2/reasons").size()).isEqualTo(2);
    }

    @Test
    void publishesTheSchema() throws Exception {
        MockHttpServletResponse response = call(PlanRoom.VIEWER, get("/schemas/plan-v1.json"));
        assertThat(json(response).at("/$id").asString()).isEqualTo("/schemas/plan-v1.json");
        assertThat(response.getContentType()).startsWith("application/schema+json");
    }

    private static MockHttpServletResponse submit(String text, String type) throws Exception {
        return call(PlanRoom.AUTHOR, post("/api/v1/plans").contentType(type).content(text));
    }

    private static String text(String path, String accept) throws Exception {
        MockHttpServletResponse response = call(PlanRoom.VIEWER, get(path).accept(accept));
        assertThat(response.getContentType()).startsWith(accept);
        return response.getContentAsString(StandardCharsets.UTF_8);
    }

    private static MockHttpServletRequestBuilder body(String path, String json) {
        return post(path).contentType("application/json").content(json);
    }

    private static MockHttpServletResponse call(Actor actor, MockHttpServletRequestBuilder request) throws Exception {
        return room.mvc(actor).perform(request).andReturn().getResponse();
    }

    private static JsonNode json(MockHttpServletResponse response) throws Exception {
        return JsonMapper.shared().readTree(response.getContentAsString(StandardCharsets.UTF_8));
    }

    private static String named(String plan) {
        return PlanDocuments.RENAME.replace("rename-username", plan);
    }
}
