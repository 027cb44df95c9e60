package dev.rubicon.plan;

import dev.rubicon.security.Actor;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The door to plans and their revisions. */
@Component
public class Plans {

    /**
     * What a submission came to.
     *
     * @param created false when this very content was already a revision
     */
    public record Submission(PlanRevision revision, boolean created) {}

    /** Stores a document as a new revision, unless its content is one already. */
    public Submission submit(Actor actor, String source, String mediaType) {
        throw new UnsupportedOperationException();
    }

    /** Keeps the verdict on a revision. */
    public void report(String plan, int revision, Verdict verdict) {
        throw new UnsupportedOperationException();
    }

    /** The revision, whoever asks. */
    public Optional<PlanRevision> find(String plan, int revision) {
        throw new UnsupportedOperationException();
    }

    /** The revision, or the problem not-found. */
    public PlanRevision get(String plan, int revision) {
        return find(plan, revision)
                .orElseThrow(() -> dev.rubicon.problem.Problem.notFound("revision " + revision + " of plan " + plan));
    }

    /** All revisions of a plan, newest first. */
    public List<PlanRevision> revisions(String plan) {
        throw new UnsupportedOperationException();
    }

    /** The newest revision of every plan, newest first. */
    public List<PlanRevision> newest() {
        throw new UnsupportedOperationException();
    }

    /**
     * What refuses an approval of this revision: blocking findings, and errors that nobody accepted, by the document's
     * {@code accept} or by a reviewer.
     */
    public List<Finding> openFindings(PlanRevision revision) {
        throw new UnsupportedOperationException();
    }

    /** Review threads that ask for changes and are not resolved. */
    public List<Comment> changesRequested(String plan, int revision) {
        throw new UnsupportedOperationException();
    }
}
