package dev.rubicon.problem;

import java.util.Map;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A refusal. The detail is a sentence for the person who meets it; it carries no secret. */
public class Problem extends ErrorResponseException {

    private final ProblemType type;

    public Problem(ProblemType type, String detail) {
        this(type, detail, Map.of());
    }

    /** @param facts further members of the problem document, like {@code violations} or {@code blockers} */
    public Problem(ProblemType type, String detail, Map<String, ?> facts) {
        super(type.status(), document(type, detail, facts), null);
        this.type = type;
    }

    public ProblemType type() {
        return type;
    }

    /** The problem document for a type, as every filter and handler sends it. */
    public static ProblemDetail document(ProblemType type, String detail, Map<String, ?> facts) {
        ProblemDetail document = ProblemDetail.forStatusAndDetail(type.status(), detail);
        document.setType(type.uri());
        document.setTitle(type.title());
        facts.forEach(document::setProperty);
        return document;
    }

    /** Nothing of that name, or nothing that the actor may see. */
    public static Problem notFound(String what) {
        return new Problem(ProblemType.NOT_FOUND, "There is no " + what + " that you may see");
    }

    @Override
    public String getMessage() {
        String detail = getBody().getDetail();
        return detail == null ? type.title() : detail;
    }
}
