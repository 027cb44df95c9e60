package dev.rubicon.web;

import dev.rubicon.problem.ProblemAnswers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.DisconnectedClientHelper;

/** Whatever is thrown below the filters becomes a problem document for the API, and the page {@code error} for people. */
@Component
class ProblemResolver implements HandlerExceptionResolver, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemResolver.class);

    private final ProblemAnswers answers;
    private final boolean hasPage = ProblemResolver.class.getResource("/templates/error.html") != null;

    ProblemResolver(ProblemAnswers answers) {
        this.answers = answers;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
            @Nullable Object handler, Exception thrown) {
        if (thrown instanceof AccessDeniedException || thrown instanceof AuthenticationException) {
            return null; // the security filters answer these
        }
        if (thrown instanceof AsyncRequestNotUsableException
                || DisconnectedClientHelper.isClientDisconnectedException(thrown) || response.isCommitted()) {
            LOG.debug("The answer to {} could not be finished", request.getRequestURI(), thrown);
            return new ModelAndView();
        }
        return answer(request, response, request.getRequestURI(),
                ProblemOf.of(thrown, request.getMethod() + " " + request.getRequestURI()));
    }

    /** @param path what was asked for, which an error dispatch has replaced in the request */
    ModelAndView answer(HttpServletRequest request, HttpServletResponse response, String path, ProblemOf problem) {
        response.resetBuffer();
        problem.headers().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        if (!path.startsWith(request.getContextPath() + "/api/") && hasPage) {
            ModelAndView page = new ModelAndView("error", Map.of("problem", problem.problem()));
            page.setStatus(HttpStatusCode.valueOf(problem.problem().getStatus()));
            return page;
        }
        try {
            answers.send(request, response, problem.problem());
        } catch (IOException e) {
            LOG.debug("The refusal of {} could not be sent", path, e);
        }
        return new ModelAndView();
    }
}
