package dev.rubicon.problem;

import java.net.URI;
import org.springframework.http.HttpStatus;

/** Every kind of refusal that the API knows; the slug is stable and has a page at {@code /problems/{slug}}. */
public enum ProblemType {
    BAD_REQUEST("bad-request", HttpStatus.BAD_REQUEST, "The request cannot be understood",
            "Compare the request with the API documentation at /api/docs."), INVALID_PLAN("invalid-plan",
                    HttpStatus.UNPROCESSABLE_ENTITY, "The plan document is not valid",
                    "Each violation names its place by JSON pointer, line and column. The format is /schemas/plan-v1.json."), INVALID_INPUT(
                            "invalid-input", HttpStatus.UNPROCESSABLE_ENTITY, "A value is not valid",
                            "Each violation names the field and what it takes."), UNAUTHENTICATED("unauthenticated",
                                    HttpStatus.UNAUTHORIZED, "Who you are is not known",
                                    "Sign in, or send HTTP Basic credentials or a Bearer token that has not expired."), FORBIDDEN(
                                            "forbidden", HttpStatus.FORBIDDEN, "Your roles do not allow this",
                                            "An administrator can give the role that the message names."), NOT_FOUND(
                                                    "not-found", HttpStatus.NOT_FOUND,
                                                    "There is no such thing, or you may not see it",
                                                    "Check the name. What lies in an environment that you may not read looks the same as nothing."), METHOD_NOT_ALLOWED(
                                                            "method-not-allowed", HttpStatus.METHOD_NOT_ALLOWED,
                                                            "This resource has no such method",
                                                            "The Allow header lists the methods it has."), NOT_ACCEPTABLE(
                                                                    "not-acceptable", HttpStatus.NOT_ACCEPTABLE,
                                                                    "This resource cannot be sent in that form",
                                                                    "Ask for another media type."), UNSUPPORTED_MEDIA_TYPE(
                                                                            "unsupported-media-type",
                                                                            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                                                                            "The body's media type is not understood",
                                                                            "Send application/json, or application/yaml for a plan."), CONFLICT(
                                                                                    "conflict", HttpStatus.CONFLICT,
                                                                                    "The present state does not allow this",
                                                                                    "Read the resource again and decide anew."), STALE(
                                                                                            "stale",
                                                                                            HttpStatus.PRECONDITION_FAILED,
                                                                                            "Somebody changed it since you read it",
                                                                                            "Read it again, look at what changed, and send the new ETag as If-Match."), PRECONDITION_REQUIRED(
                                                                                                    "precondition-required",
                                                                                                    HttpStatus.PRECONDITION_REQUIRED,
                                                                                                    "If-Match is missing",
                                                                                                    "Send the ETag that you read as If-Match, so that nobody's change is overwritten unseen."), IDEMPOTENCY_KEY_REUSED(
                                                                                                            "idempotency-key-reused",
                                                                                                            HttpStatus.UNPROCESSABLE_ENTITY,
                                                                                                            "This Idempotency-Key came with another request",
                                                                                                            "Use a new key for a new request."), SELF_APPROVAL(
                                                                                                                    "self-approval",
                                                                                                                    HttpStatus.CONFLICT,
                                                                                                                    "Nobody approves what is their own",
                                                                                                                    "Somebody who neither submitted the revision nor opened the rollout has to decide."), STALE_DIGEST(
                                                                                                                            "stale-digest",
                                                                                                                            HttpStatus.CONFLICT,
                                                                                                                            "The digest is not that of this rollout",
                                                                                                                            "Read the rollout again: you would have approved something other than what will run."), EVIDENCE_MISSING(
                                                                                                                                    "evidence-missing",
                                                                                                                                    HttpStatus.CONFLICT,
                                                                                                                                    "The environment demands evidence that is not there",
                                                                                                                                    "Have the revision rehearsed on a shadow of one of the targets, look whether the rehearsal holds, and approve then."), FINDINGS_OPEN(
                                                                                                                                            "findings-open",
                                                                                                                                            HttpStatus.CONFLICT,
                                                                                                                                            "Findings stand against this phase",
                                                                                                                                            "Mend the plan, or accept an error with a reason where it may be accepted."), POINT_OF_NO_RETURN(
                                                                                                                                                    "point-of-no-return",
                                                                                                                                                    HttpStatus.CONFLICT,
                                                                                                                                                    "The point of no return is in the way",
                                                                                                                                                    "To cross it, approve with the plan's name typed as 'crossing'. Behind it there is no rollback but the "
                                                                                                                                                            + "backup."), NOT_REVERSIBLE_NOW(
                                                                                                                                                                    "not-reversible-now",
                                                                                                                                                                    HttpStatus.CONFLICT,
                                                                                                                                                                    "Rolling back now would break what is live",
                                                                                                                                                                    "Roll the application back first and report it gone, or force it with a reason."), TARGET_BUSY(
                                                                                                                                                                            "target-busy",
                                                                                                                                                                            HttpStatus.CONFLICT,
                                                                                                                                                                            "The target is held by another run",
                                                                                                                                                                            "Wait for the other run, or cancel or release it."), TARGET_IN_USE(
                                                                                                                                                                                    "target-in-use",
                                                                                                                                                                                    HttpStatus.CONFLICT,
                                                                                                                                                                                    "The target is part of a rollout that has not ended",
                                                                                                                                                                                    "End or cancel the rollout first."), FREEZE_WINDOW(
                                                                                                                                                                                            "freeze-window",
                                                                                                                                                                                            HttpStatus.CONFLICT,
                                                                                                                                                                                            "Nothing starts in this time",
                                                                                                                                                                                            "Wait for the end of the freeze, or have it lifted."), ENGINE_MISSING(
                                                                                                                                                                                                    "engine-missing",
                                                                                                                                                                                                    HttpStatus.UNPROCESSABLE_ENTITY,
                                                                                                                                                                                                    "This version cannot work on that kind of database",
                                                                                                                                                                                                    "Plans may be stored, but not rolled out."), TOO_LARGE(
                                                                                                                                                                                                            "too-large",
                                                                                                                                                                                                            HttpStatus.CONTENT_TOO_LARGE,
                                                                                                                                                                                                            "The body is too large",
                                                                                                                                                                                                            "A plan document has at most 1 MiB, 50 phases and 500 steps."), TOO_MANY_ATTEMPTS(
                                                                                                                                                                                                                    "too-many-attempts",
                                                                                                                                                                                                                    HttpStatus.TOO_MANY_REQUESTS,
                                                                                                                                                                                                                    "Too many sign-ins failed",
                                                                                                                                                                                                                    "Wait as long as the message says; each further failure makes it longer."), INTERNAL(
                                                                                                                                                                                                                            "internal",
                                                                                                                                                                                                                            HttpStatus.INTERNAL_SERVER_ERROR,
                                                                                                                                                                                                                            "Something went wrong on the server",
                                                                                                                                                                                                                            "The server's log has the details under the reference given.");

    private final String slug;
    private final HttpStatus status;
    private final String title;
    private final String remedy;

    ProblemType(String slug, HttpStatus status, String title, String remedy) {
        this.slug = slug;
        this.status = status;
        this.title = title;
        this.remedy = remedy;
    }

    public String slug() {
        return slug;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** What whoever meets it can do. */
    public String remedy() {
        return remedy;
    }

    /** The {@code type} of the problem document. */
    public URI uri() {
        return URI.create("/problems/" + slug);
    }
}
