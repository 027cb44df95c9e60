package dev.rubicon.analysis.web;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.ScriptFile;
import dev.rubicon.analysis.Terms;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Judges what is sent without storing it, and shows the judgement of a revision. */
@RestController
@RequestMapping("/api/v1")
class AnalysisController {

    private static final int LIMIT = 1 << 20;

    private final Judgement judgement;
    private final PlanReader reader;
    private final Plans plans;
    private final JsonMapper json;

    AnalysisController(Judgement judgement, PlanReader reader, Plans plans, JsonMapper json) {
        this.judgement = judgement;
        this.reader = reader;
        this.plans = plans;
        this.json = json;
    }

    /** Takes a plan document, or {@code {sql, engine}} as JSON for a script that belongs to no plan. */
    @PostMapping(path = "/analyses", consumes = {MediaType.APPLICATION_JSON_VALUE, "application/yaml", "text/yaml",
            "application/x-yaml"})
    AnalysisView analyse(@AuthenticationPrincipal Actor actor, InputStream body,
            @RequestHeader(HttpHeaders.CONTENT_TYPE) String type) throws IOException {
        actor.demandAnywhere(Permission.READ);
        byte[] bytes = body.readNBytes(LIMIT + 1);
        if (bytes.length > LIMIT) {
            throw new Problem(ProblemType.TOO_LARGE, "More than 1 MiB is not judged at once");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean isJson = type.contains("json");
        Optional<JsonNode> script = isJson ? script(text) : Optional.empty();
        Judgement.Analysis analysis = script.isPresent()
                ? judge(script.get())
                : judgement.judge(reader.read(text, isJson ? "application/json" : "application/yaml"), Terms.TEXT);
        return AnalysisView.of(analysis.verdict(), analysis.statements());
    }

    /** What cannot be read as a script is left to the reader of plans, which says why with line and column. */
    private Optional<JsonNode> script(String text) {
        try {
            return Optional.of(json.readTree(text)).filter(node -> node.has("sql") && !node.has("phases"));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private Judgement.Analysis judge(JsonNode request) {
        if (!request.path("sql").isString()) {
            throw invalid("/sql", "is a text of statements");
        }
        try {
            String engine = request.path("engine").asString(EngineKind.POSTGRESQL.wireName());
            return judgement.judge(List.of(new ScriptFile("sql", request.path("sql").asString(), "forward", false)),
                    EngineKind.of(engine), Terms.TEXT).getFirst();
        } catch (IllegalArgumentException e) {
            throw invalid("/engine", Objects.requireNonNullElse(e.getMessage(), "is not an engine"));
        }
    }

    private static Problem invalid(String pointer, String message) {
        return new Problem(ProblemType.INVALID_INPUT, pointer + " " + message,
                Map.of("violations", List.of(Map.of("pointer", pointer, "message", message))));
    }

    /** The verdict as it was reported when the revision was stored, with the statements read again. */
    @GetMapping("/plans/{plan}/revisions/{revision}/analysis")
    AnalysisView analysis(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision) {
        actor.demandAnywhere(Permission.READ);
        PlanRevision found = plans.get(plan, revision);
        Judgement.Analysis now = judgement.judge(plans.text(found), Terms.TEXT);
        return AnalysisView.of(found.verdict() == null ? now.verdict() : found.verdict(), now.statements());
    }
}
