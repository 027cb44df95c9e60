package dev.rubicon.web.pages;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.Rules;
import dev.rubicon.problem.Problem;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The page behind every finding; public. */
@Controller
class RulePages {

    private final Rules rules;

    RulePages(Rules rules) {
        this.rules = rules;
    }

    @GetMapping("/docs/rules")
    String all(Model model) {
        model.addAttribute("topics", rules.topics().entrySet().stream()
                .map(topic -> new Topic(topic.getKey(), topic.getValue().stream().map(RuleText::of).toList()))
                .toList());
        return "rules";
    }

    @GetMapping("/docs/rules/{id}")
    String one(@PathVariable String id, Model model) {
        model.addAttribute("rule",
                RuleText.of(rules.find(id).orElseThrow(() -> Problem.notFound("rule " + id))));
        return "rule";
    }

    /** Rules that are about the same kind of thing. */
    record Topic(String name, List<RuleText> rules) {}

    /** @param optional whether it judges only where it is asked to */
    record RuleText(String id, String title, Sign severity, boolean optional, String why, List<SqlToken> bad,
            List<SqlToken> good) {

        static RuleText of(RulePage page) {
            return new RuleText(page.id(), page.title(), Sign.of(page.severity()),
                    page.group() == RulePage.Group.STYLE, page.why(), SqlToken.of(page.bad().strip()),
                    SqlToken.of(page.good().strip()));
        }
    }
}
