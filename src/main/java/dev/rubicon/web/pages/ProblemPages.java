package dev.rubicon.web.pages;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.util.Arrays;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The page behind the {@code type} of every problem document; public. */
@Controller
class ProblemPages {

    record Row(String slug, int status, String title, String remedy) {

        private static Row of(ProblemType type) {
            return new Row(type.slug(), type.status().value(), type.title(), type.remedy());
        }
    }

    @GetMapping("/problems")
    String all(Model model) {
        model.addAttribute("problems", Arrays.stream(ProblemType.values()).map(Row::of).toList());
        return "problems";
    }

    @GetMapping("/problems/{slug}")
    String one(@PathVariable String slug, Model model) {
        List<Row> found = Arrays.stream(ProblemType.values()).filter(type -> type.slug().equals(slug)).map(Row::of)
                .toList();
        if (found.isEmpty()) {
            throw Problem.notFound("problem " + slug);
        }
        model.addAttribute("kind", found.getFirst());
        return "problem";
    }
}
