package dev.rubicon.security;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemAnswers;
import dev.rubicon.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.stereotype.Component;

/** How the API's filters say no: as problem documents. */
@Component
class ApiRefusals implements AuthenticationEntryPoint, AccessDeniedHandler {

    private final ProblemAnswers answers;

    ApiRefusals(ProblemAnswers answers) {
        this.answers = answers;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException refused)
            throws IOException {
        if (refused instanceof TooManyAttempts pause) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(pause.seconds()));
            answers.send(request, response, Problem.document(ProblemType.TOO_MANY_ATTEMPTS,
                    "Too many sign-ins failed; try again in %d s".formatted(pause.seconds()),
                    Map.of("retryAfterSeconds", pause.seconds())));
            return;
        }
        challenge(request, response, refused);
        String detail = refused instanceof BadCredentialsException
                ? String.valueOf(refused.getMessage())
                : "Sign in, or send HTTP Basic credentials or a Bearer token";
        answers.send(request, response, Problem.document(ProblemType.UNAUTHENTICATED, detail, Map.of()));
    }

    /**
     * Scripts of a page (browsers mark them) are not challenged with Basic: the browser would open its own dialog, keep
     * what is typed, and from then on send it along with requests that other sites cause.
     */
    private static void challenge(HttpServletRequest request, HttpServletResponse response,
            AuthenticationException refused) {
        String error = refused instanceof BadCredentialsException ? ", error=\"invalid_token\"" : "";
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"rubicon\"" + error);
        if (request.getHeader("Sec-Fetch-Mode") == null) {
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"rubicon\", charset=\"UTF-8\"");
        }
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException refused)
            throws IOException {
        String detail = refused instanceof CsrfException
                ? "Calls with a session cookie need the page's CSRF token in the header X-CSRF-TOKEN; reload the page"
                : "This is not allowed";
        answers.send(request, response, Problem.document(ProblemType.FORBIDDEN, detail, Map.of()));
    }
}
