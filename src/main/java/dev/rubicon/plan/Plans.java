package dev.rubicon.plan;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.problem.Problem;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The door to plans and their revisions. */
@Component
public class Plans {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
            .withZone(ZoneOffset.UTC);

    private final PlanReader reader;
    private final RevisionRows rows;
    private final ReviewRows reviews;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Plans(PlanReader reader, RevisionRows rows, ReviewRows reviews, AuditTrail audit,
            ApplicationEventPublisher events, Clock clock) {
        this.reader = reader;
        this.rows = rows;
        this.reviews = reviews;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /**
     * What a submission came to.
     *
     * @param created false when this very content was already a revision
     */
    public record Submission(PlanRevision revision, boolean created) {}

    /**
     * Stores a document as a new revision, unless its content is one already.
     *
     * @param mediaType {@code application/json} or {@code application/yaml}
     * @throws Problem invalid-plan with all violations, too-large, or forbidden
     */
    @Transactional
    public Submission submit(Actor actor, String source, String mediaType) {
        actor.demandAnywhere(Permission.SUBMIT_PLAN);
        PlanText text = reader.read(source, mediaType);
        String plan = text.document().plan();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        rows.lock(plan, now, actor.name());
        Optional<Integer> same = rows.byDigest(plan, text.digest());
        if (same.isPresent()) {
            return new Submission(get(plan, same.get()), false);
        }
        PlanRevision revision = new PlanRevision(plan, rows.next(plan), text.digest(), text.document(), source,
                mediaType, actor.name(), now, migrations(text.document(), now), null);
        rows.insert(revision, text.canonical());
        audit.record(actor, "plan.submitted", new Subject("plan", plan, null),
                Map.of("revision", revision.revision(), "digest", revision.digest()));
        rows.allowTimeToJudge();
        events.publishEvent(new RevisionSubmitted(revision));
        PlanRevision judged = get(plan, revision.revision());
        recordAcceptances(actor, judged);
        return new Submission(judged, true);
    }

    /** What the author let stand is in the trail like what a reviewer accepts later. */
    private void recordAcceptances(Actor actor, PlanRevision revision) {
        Verdict verdict = revision.verdict();
        if (verdict != null) {
            verdict.findings().forEach(finding -> revision.document().accepts(finding)
                    .ifPresent(accepted -> audit.record(actor, "plan.finding-accepted",
                            new Subject("plan", revision.plan(), null),
                            Map.of("revision", revision.revision(), "finding", finding.id(), "rule", finding.rule(),
                                    "reason", accepted.because()))));
        }
    }

    private static Map<String, String> migrations(PlanDocument document, Instant at) {
        Map<String, String> names = new LinkedHashMap<>();
        document.steps().forEach(
                step -> names.put(step.name(), STAMP.format(at) + "_" + step.name().replace('-', '_')));
        return names;
    }

    /** Keeps the verdict on a revision. The first one counts: a revision that was judged never changes. */
    @Transactional
    public void report(String plan, int revision, Verdict verdict) {
        if (!rows.report(plan, revision, verdict)) {
            get(plan, revision);
        }
    }

    /** The revision, whoever asks. */
    @Transactional(readOnly = true)
    public Optional<PlanRevision> find(String plan, int revision) {
        return rows.find(plan, revision);
    }

    /** The revision, or the problem not-found. */
    @Transactional(readOnly = true)
    public PlanRevision get(String plan, int revision) {
        return find(plan, revision)
                .orElseThrow(() -> Problem.notFound("revision " + revision + " of plan " + plan));
    }

    /** The document of a revision with the places of its parts in the text that was submitted. */
    public PlanText text(PlanRevision revision) {
        return rows.text(revision);
    }

    /** All revisions of a plan, newest first. */
    @Transactional(readOnly = true)
    public List<PlanRevision> revisions(String plan) {
        return rows.all(plan);
    }

    /** The newest revision of every plan, newest first. */
    @Transactional(readOnly = true)
    public List<PlanRevision> newest() {
        return newest(null, "", Integer.MAX_VALUE);
    }

    /**
     * A part of {@link #newest()}.
     *
     * @param before the submission time of the last one seen, or null to begin
     * @param behindPlan the plan of the last one seen
     */
    @Transactional(readOnly = true)
    public List<PlanRevision> newest(@Nullable Instant before, String behindPlan, int limit) {
        return rows.newest(before, behindPlan, limit);
    }

    /**
     * What refuses an approval of this revision: blocking findings, and errors that nobody accepted, by the document's
     * {@code accept} or by a reviewer. A revision without a verdict has one finding: that it was not judged.
     */
    @Transactional(readOnly = true)
    public List<Finding> openFindings(PlanRevision revision) {
        Verdict verdict = revision.verdict();
        if (verdict == null) {
            return List.of(notJudged());
        }
        Set<String> accepted = reviews.acceptances(revision.plan(), revision.revision()).stream()
                .map(Acceptance::finding).collect(Collectors.toSet());
        return verdict.findings().stream().filter(finding -> switch (finding.severity()) {
            case INFO, WARNING -> false;
            case ERROR -> !accepted.contains(finding.id()) && revision.document().accepts(finding).isEmpty();
            case BLOCKING -> true;
        }).toList();
    }

    private static Finding notJudged() {
        return new Finding("not-judged", "not-judged", Severity.BLOCKING, null, "forward", 1, 1,
                "This revision has not been judged", "Nobody approves what no analysis has seen", null);
    }

    /** Review threads that ask for changes and are not resolved. */
    @Transactional(readOnly = true)
    public List<Comment> changesRequested(String plan, int revision) {
        return reviews.comments(plan, revision).stream()
                .filter(comment -> comment.changesRequested() && comment.resolvedAt() == null).toList();
    }
}
