package dev.rubicon.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;

/** What fails outside the dispatcher, in a filter or in the container, gets the same form. */
@Controller
class Errors implements ErrorController {

    private final ProblemResolver problems;

    Errors(ProblemResolver problems) {
        this.problems = problems;
    }

    @RequestMapping("/error")
    ModelAndView error(HttpServletRequest request, HttpServletResponse response) {
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object thrown = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        String asked = path == null ? request.getRequestURI() : path.toString();
        ProblemOf problem = thrown instanceof Throwable cause
                ? ProblemOf.of(cause, request.getMethod() + " " + asked)
                : ProblemOf.ofStatus(status instanceof Integer code ? code : 404);
        return problems.answer(request, response, asked, problem);
    }
}
