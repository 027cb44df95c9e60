package dev.rubicon.plan.web;

import dev.rubicon.plan.Acceptance;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Reviews;
import dev.rubicon.plan.RevisionDiff;
import dev.rubicon.plan.RollbackHtml;
import dev.rubicon.plan.RollbackMarkdown;
import dev.rubicon.plan.RollbackPlan;
import dev.rubicon.plan.RollbackPlans;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** One revision: as data, as the text submitted, its rollback plan, and what changed since another one. */
@RestController
@RequestMapping("/api/v1/plans/{plan}/revisions")
class RevisionController {

    private static final MediaType YAML = new MediaType("application", "yaml", StandardCharsets.UTF_8);
    private static final MediaType MARKDOWN = new MediaType("text", "markdown", StandardCharsets.UTF_8);
    private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

    private final Plans plans;
    private final Reviews reviews;
    private final RollbackPlans rollbackPlans;

    RevisionController(Plans plans, Reviews reviews, RollbackPlans rollbackPlans) {
        this.plans = plans;
        this.reviews = reviews;
        this.rollbackPlans = rollbackPlans;
    }

    @GetMapping(path = "/{revision}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<RevisionView> revision(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision) {
        PlanRevision found = find(actor, plan, revision);
        List<Acceptance> acceptances = reviews.acceptances(plan, revision);
        return ResponseEntity.ok().eTag("\"" + revision + "-" + acceptances.size() + "\"")
                .body(RevisionView.of(found, acceptances, true));
    }

    /** The text as it was submitted; JSON is YAML too. */
    @GetMapping(path = "/{revision}", produces = {"application/yaml", "text/yaml", "application/x-yaml"})
    ResponseEntity<byte[]> source(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision) {
        return text(YAML, find(actor, plan, revision).source());
    }

    @GetMapping(path = "/{revision}/rollback-plan", produces = MediaType.APPLICATION_JSON_VALUE)
    RollbackPlan rollbackPlan(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision) {
        return rollbackPlans.of(find(actor, plan, revision), List.of());
    }

    @GetMapping(path = "/{revision}/rollback-plan", produces = "text/markdown")
    ResponseEntity<byte[]> rollbackMarkdown(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision) {
        return text(MARKDOWN, RollbackMarkdown.of(rollbackPlan(actor, plan, revision)));
    }

    @GetMapping(path = "/{revision}/rollback-plan", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<byte[]> rollbackHtml(@AuthenticationPrincipal Actor actor, @PathVariable String plan,
            @PathVariable int revision) {
        return text(HTML, RollbackHtml.page(rollbackPlan(actor, plan, revision)));
    }

    /** @param from the revision to compare with; without it, the one before, and the first one with itself */
    @GetMapping("/{revision}/diff")
    DiffView diff(@AuthenticationPrincipal Actor actor, @PathVariable String plan, @PathVariable int revision,
            @RequestParam(required = false) @Nullable Integer from) {
        PlanRevision to = find(actor, plan, revision);
        int other = from == null ? Math.max(revision - 1, 1) : from;
        return DiffView.of(RevisionDiff.between(find(actor, plan, other), to));
    }

    /** The difference with its kinds in lower case. */
    record DiffView(String plan, int from, int to, List<StepView> steps, List<PhaseView> phases, String text) {

        record StepView(String step, String change, RevisionDiff.@Nullable Change forward,
                RevisionDiff.@Nullable Change rollback, RevisionDiff.@Nullable Change checks) {}

        record PhaseView(int phase, String change, RevisionDiff.Change gates) {}

        static DiffView of(RevisionDiff diff) {
            return new DiffView(diff.plan(), diff.from(), diff.to(),
                    diff.steps().stream().map(step -> new StepView(step.step(), step.kind().word(), step.forward(),
                            step.rollback(), step.checks())).toList(),
                    diff.phases().stream()
                            .map(phase -> new PhaseView(phase.phase(), phase.kind().word(), phase.gates())).toList(),
                    diff.text());
        }
    }

    private PlanRevision find(Actor actor, String plan, int revision) {
        actor.demandAnywhere(Permission.READ);
        return plans.get(plan, revision);
    }

    private static ResponseEntity<byte[]> text(MediaType type, String text) {
        return ResponseEntity.ok().contentType(type).body(text.getBytes(StandardCharsets.UTF_8));
    }
}
