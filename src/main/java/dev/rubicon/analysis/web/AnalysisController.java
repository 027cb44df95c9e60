package dev.rubicon.analysis.web;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.SecondPass;
import dev.rubicon.analysis.Terms;
import dev.rubicon.analysis.sarif.Sarif;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
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
    private final SecondPass secondPass;
    private final PlanReader reader;
    private final Plans plans;
    private final JsonMapper json;
    private final String version;

    AnalysisController(Judgement judgement, SecondPass secondPass, PlanReader reader, Plans plans, JsonMapper json,
            ObjectProvider<BuildProperties> build) {
        BuildProperties properties = build.getIfAvailable();
        String built = properties == null ? null : properties.getVersion();
        this.version = built == null ? "unknown" : built;
        this.judgement = judgement;
        this.secondPass = secondPass;
        this.reader = reader;
        this.plans = plans;
        this.json = json;
    }

    /**
     * Takes a plan document, or as JSON a script that belongs to no plan: {@code {sql, engine, serverVersion, target,
     * style, inTransaction}}, all but the first optional. With a target, its catalog refines the judgement.
     */
    @PostMapping(path = "/analyses", consumes = {MediaType.APPLICATION_JSON_VALUE, "application/yaml", "text/yaml",
            "application/x-yaml"}, produces = MediaType.APPLICATION_JSON_VALUE)
    AnalysisView analyse(@AuthenticationPrincipal Actor actor, InputStream body,
            @RequestHeader(HttpHeaders.CONTENT_TYPE) String type,
            @RequestParam(required = false) @Nullable String target)
            throws IOException {
        actor.demandAnywhere(Permission.READ);
        return judge(actor, body, type, target).view();
    }

    /** The same for code hosts. */
    @PostMapping(path = "/analyses", consumes = {MediaType.APPLICATION_JSON_VALUE, "application/yaml", "text/yaml",
            "application/x-yaml"}, produces = Sarif.MEDIA_TYPE)
    String analyseAsSarif(@AuthenticationPrincipal Actor actor, InputStream body,
            @RequestHeader(HttpHeaders.CONTENT_TYPE) String type,
            @RequestParam(required = false) @Nullable String target)
            throws IOException {
        actor.demandAnywhere(Permission.READ);
        return judge(actor, body, type, target).sarif(version);
    }

    private Judged judge(Actor actor, InputStream body, String type, @Nullable String target) throws IOException {
        byte[] bytes = body.readNBytes(LIMIT + 1);
        if (bytes.length > LIMIT) {
            throw new Problem(ProblemType.TOO_LARGE, "More than 1 MiB is not judged at once");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean isJson = type.contains("json");
        Optional<JsonNode> script = isJson ? script(text) : Optional.empty();
        if (script.isPresent()) {
            return judge(actor, AnalysisRequest.of(script.get()));
        }
        return judge(actor, isJson ? "plan.json" : "plan.yaml",
                reader.read(text, isJson ? "application/json" : "application/yaml"), target);
    }

    private Judged judge(Actor actor, String name, PlanText plan, @Nullable String target) {
        if (target == null) {
            Judgement.Analysis analysis = judgement.judge(plan, Terms.TEXT);
            return new Judged(name, plan.document(), analysis.verdict(), analysis.statements());
        }
        SecondPass.Refined refined = secondPass.judge(actor, target, false,
                terms -> List.of(judgement.judge(plan, terms)));
        Judgement.Analysis analysis = refined.analyses().getFirst();
        return new Judged(name, plan.document(), analysis.verdict(), analysis.statements()).with(refined);
    }

    private Judged judge(Actor actor, AnalysisRequest request) {
        String name = request.files().getFirst().name();
        if (request.target() == null) {
            return Judged.of(name, judgement.judge(request.files(), request.engine(), request.terms()));
        }
        SecondPass.Refined refined = secondPass.judge(actor, request.target(), request.terms().style(),
                terms -> judgement.judge(request.files(), request.engine(), terms));
        return Judged.of(name, refined.analyses()).with(refined);
    }

    /** What cannot be read as a script is left to the reader of plans, which says why with line and column. */
    private Optional<JsonNode> script(String text) {
        try {
            return Optional.of(json.readTree(text)).filter(node -> node.has("sql") && !node.has("phases"));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /**
     * The verdict as it was reported when the revision was stored, with the statements read again; with a target, a
     * verdict of now that its catalog refines.
     */
    @GetMapping(path = "/plans/{plan}/revisions/{revision}/analysis", produces = MediaType.APPLICATION_JSON_VALUE)
    AnalysisView analysis(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision, @RequestParam(required = false) @Nullable String target) {
        actor.demandAnywhere(Permission.READ);
        return judged(actor, plan, revision, target).view();
    }

    /** The same for code hosts. */
    @GetMapping(path = "/plans/{plan}/revisions/{revision}/analysis", produces = Sarif.MEDIA_TYPE)
    String analysisAsSarif(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision, @RequestParam(required = false) @Nullable String target) {
        actor.demandAnywhere(Permission.READ);
        return judged(actor, plan, revision, target).sarif(version);
    }

    private Judged judged(Actor actor, String plan, int revision, @Nullable String target) {
        PlanRevision found = plans.get(plan, revision);
        Judged now = judge(actor, "plans/" + plan + "/revisions/" + revision, plans.text(found), target);
        return target != null || found.verdict() == null
                ? now
                : new Judged(now.name(), now.plan(), found.verdict(), now.statements());
    }
}
