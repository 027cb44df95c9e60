package dev.rubicon.web;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.ProblemDetail;

/** The body has more bytes than are taken; thrown while it is read. */
class BodyTooLarge extends IOException {

    private final long most;

    BodyTooLarge(long most) {
        super("The body is too large");
        this.most = most;
    }

    ProblemDetail problem() {
        return Problem.document(ProblemType.TOO_LARGE, "A body has at most " + most + " bytes", Map.of("most", most));
    }
}
