package dev.rubicon.plan;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The door to the review of revisions: remarks in threads, changes requested, findings accepted. */
@Component
public class Reviews {

    private static final int LONGEST = 20_000;

    private final RevisionRows revisions;
    private final ReviewRows rows;
    private final AuditTrail audit;
    private final Clock clock;

    Reviews(RevisionRows revisions, ReviewRows rows, AuditTrail audit, Clock clock) {
        this.revisions = revisions;
        this.rows = rows;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What somebody has to say.
     *
     * @param step the step it is about, or null for the whole revision
     * @param direction {@code forward} or {@code rollback}, or null for both
     * @param parent the comment that it answers, or null to open a thread
     */
    public record Remark(String text, @Nullable String step, @Nullable String direction, @Nullable UUID parent,
            boolean changesRequested) {}

    /** Adds a remark. An answer to an answer joins the same thread. */
    @Transactional
    public Comment comment(Actor actor, String plan, int revision, Remark remark) {
        actor.demandAnywhere(Permission.REVIEW);
        check(remark, revision(plan, revision));
        UUID thread = remark.parent() == null ? null : opener(find(plan, revision, remark.parent())).id();
        Comment comment = new Comment(UUID.randomUUID(), plan, revision, remark.step(), remark.direction(), thread,
                actor.name(), now(), remark.text().strip(), remark.changesRequested(), null, null);
        rows.insert(comment);
        audit.record(actor, comment.changesRequested() ? "plan.changes-requested" : "plan.commented",
                new Subject("plan", plan, null), Map.of("revision", revision, "comment", comment.id().toString()));
        return comment;
    }

    private static void check(Remark remark, PlanRevision revision) {
        List<Map<String, String>> violations = new ArrayList<>();
        if (remark.text().isBlank() || remark.text().length() > LONGEST || remark.text().indexOf('\0') >= 0) {
            violations.add(Map.of("pointer", "/text", "message", "takes 1 to " + LONGEST + " characters"));
        }
        if (remark.step() != null
                && revision.document().steps().noneMatch(step -> step.name().equals(remark.step()))) {
            violations.add(Map.of("pointer", "/step", "message", "is no step of this revision"));
        }
        if (remark.direction() != null && !Set.of("forward", "rollback").contains(remark.direction())) {
            violations.add(Map.of("pointer", "/direction", "message", "is forward or rollback"));
        }
        if (remark.changesRequested() && remark.parent() != null) {
            violations.add(Map.of("pointer", "/changesRequested", "message",
                    "opens a thread: an answer cannot request changes"));
        }
        refuse(violations);
    }

    /** All remarks on a revision, oldest first. */
    @Transactional(readOnly = true)
    public List<Comment> comments(String plan, int revision) {
        revision(plan, revision);
        return rows.comments(plan, revision);
    }

    /**
     * Resolves the thread that a comment is in. Where changes were requested, the revision's submitter cannot say of
     * somebody else's request that it was met.
     */
    @Transactional
    public Comment resolve(Actor actor, String plan, int revision, UUID comment) {
        actor.demandAnywhere(Permission.REVIEW);
        Comment opener = opener(find(plan, revision, comment));
        boolean own = actor.name().equals(opener.author());
        if (opener.changesRequested() && !own && actor.name().equals(revision(plan, revision).submittedBy())) {
            throw new Problem(ProblemType.SELF_APPROVAL, opener.author()
                    + " requested changes; they or another reviewer resolve this, not who submitted the revision");
        }
        if (rows.resolve(opener.id(), actor.name(), now())) {
            audit.record(actor, "plan.comment-resolved", new Subject("plan", plan, null),
                    Map.of("revision", revision, "comment", opener.id().toString()));
        }
        return find(plan, revision, opener.id());
    }

    /** Accepts a finding of a revision that somebody else submitted. Accepted again, the first acceptance stands. */
    @Transactional
    public Acceptance accept(Actor actor, String plan, int revision, String finding, String reason) {
        actor.demandAnywhere(Permission.ACCEPT_FINDING);
        PlanRevision judged = revision(plan, revision);
        Finding found = findings(judged).stream().filter(each -> each.id().equals(finding)).findFirst()
                .orElseThrow(() -> Problem.notFound("finding " + finding + " on revision " + revision));
        if (reason.isBlank() || reason.length() > LONGEST || reason.indexOf('\0') >= 0) {
            refuse(List.of(Map.of("pointer", "/reason", "message",
                    "says why the finding may stand, in 1 to " + LONGEST + " characters")));
        }
        if (found.severity() == Severity.BLOCKING) {
            throw new Problem(ProblemType.CONFLICT,
                    "A blocking finding cannot be accepted: " + found.message() + ". Submit a revision without it");
        }
        if (actor.name().equals(judged.submittedBy())) {
            throw new Problem(ProblemType.SELF_APPROVAL,
                    "You submitted this revision; somebody else has to accept its findings");
        }
        if (rows.accept(plan, revision, new Acceptance(finding, reason.strip(), actor.name(), now()))) {
            audit.record(actor, "plan.finding-accepted", new Subject("plan", plan, null),
                    Map.of("revision", revision, "finding", finding, "rule", found.rule(), "reason", reason.strip()));
        }
        return acceptances(plan, revision).stream().filter(each -> each.finding().equals(finding)).findFirst()
                .orElseThrow();
    }

    /** The findings of a revision that reviewers accepted, oldest first. */
    @Transactional(readOnly = true)
    public List<Acceptance> acceptances(String plan, int revision) {
        return rows.acceptances(plan, revision);
    }

    private static List<Finding> findings(PlanRevision revision) {
        return revision.verdict() == null ? List.of() : revision.verdict().findings();
    }

    private static void refuse(List<Map<String, String>> violations) {
        if (!violations.isEmpty()) {
            throw new Problem(ProblemType.INVALID_INPUT,
                    violations.getFirst().get("pointer") + " " + violations.getFirst().get("message"),
                    Map.of("violations", violations));
        }
    }

    private Comment opener(Comment comment) {
        return comment.parent() == null ? comment : find(comment.plan(), comment.revision(), comment.parent());
    }

    private Comment find(String plan, int revision, UUID id) {
        return rows.comment(plan, revision, id).orElseThrow(() -> Problem.notFound("comment " + id));
    }

    private PlanRevision revision(String plan, int revision) {
        return revisions.find(plan, revision)
                .orElseThrow(() -> Problem.notFound("revision " + revision + " of plan " + plan));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
