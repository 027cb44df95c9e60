package dev.rubicon.plan.web;

import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Reviews;
import dev.rubicon.problem.Problem;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Submits plans and lists them. */
@RestController
@RequestMapping("/api/v1/plans")
class PlanController {

    private final Plans plans;
    private final Reviews reviews;

    PlanController(Plans plans, Reviews reviews) {
        this.plans = plans;
        this.reviews = reviews;
    }

    /** One line of a list: a plan by its newest revision. */
    record Entry(String plan, String title, String engine, Map<String, String> labels, int revision, String digest,
            @Nullable String risk, int findings, String submittedBy, Instant submittedAt) {}

    record Page(List<Entry> items, @Nullable String next) {}

    record RevisionEntry(int revision, String digest, @Nullable String risk, String submittedBy,
            Instant submittedAt) {}

    record PlanView(String plan, String title, String engine, Map<String, String> labels, RevisionView newest,
            List<RevisionEntry> revisions) {}

    @PostMapping(consumes = {MediaType.APPLICATION_JSON_VALUE, "application/yaml", "text/yaml", "application/x-yaml"})
    ResponseEntity<RevisionView> submit(@AuthenticationPrincipal Actor actor, InputStream body,
            @RequestHeader(HttpHeaders.CONTENT_TYPE) String type) throws IOException {
        Plans.Submission submission = plans.submit(actor, SubmittedText.of(body), SubmittedText.mediaType(type));
        PlanRevision revision = submission.revision();
        URI location = URI.create("/api/v1/plans/" + revision.plan() + "/revisions/" + revision.revision());
        RevisionView view = RevisionView.of(revision, reviews.acceptances(revision.plan(), revision.revision()), false);
        return (submission.created() ? ResponseEntity.created(location) : ResponseEntity.ok().location(location))
                .body(view);
    }

    @GetMapping
    Page list(@AuthenticationPrincipal Actor actor, @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        actor.demandAnywhere(Permission.READ);
        int size = Math.clamp(limit, 1, 200);
        Cursor from = Cursor.of(cursor);
        List<PlanRevision> found = plans.newest(from.at(), from.plan(), size + 1);
        List<PlanRevision> items = found.subList(0, Math.min(size, found.size()));
        return new Page(items.stream().map(PlanController::entry).toList(),
                found.size() > size ? Cursor.behind(items.getLast()) : null);
    }

    @GetMapping("/{plan}")
    ResponseEntity<PlanView> plan(@AuthenticationPrincipal Actor actor, @PathVariable String plan) {
        actor.demandAnywhere(Permission.READ);
        List<PlanRevision> revisions = plans.revisions(plan);
        if (revisions.isEmpty()) {
            throw Problem.notFound("plan " + plan);
        }
        PlanRevision newest = revisions.getFirst();
        RevisionView view = RevisionView.of(newest, reviews.acceptances(plan, newest.revision()), false);
        return ResponseEntity.ok().eTag("\"" + newest.revision() + "\"").body(new PlanView(plan, view.title(),
                view.engine(), view.labels(), view,
                revisions.stream().map(each -> new RevisionEntry(each.revision(), each.digest(), risk(each),
                        each.submittedBy(), each.submittedAt())).toList()));
    }

    private static Entry entry(PlanRevision revision) {
        return new Entry(revision.plan(), revision.document().title(), revision.document().engine().wireName(),
                revision.document().labels(), revision.revision(), revision.digest(), risk(revision),
                revision.verdict() == null ? 0 : revision.verdict().findings().size(), revision.submittedBy(),
                revision.submittedAt());
    }

    private static @Nullable String risk(PlanRevision revision) {
        return revision.verdict() == null ? null : revision.verdict().level().word();
    }
}
