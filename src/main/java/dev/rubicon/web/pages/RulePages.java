package dev.rubicon.web.pages;

import dev.rubicon.analysis.Rules;
import dev.rubicon.problem.Problem;
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
        model.addAttribute("rules", rules.all());
        return "rules";
    }

    @GetMapping("/docs/rules/{id}")
    String one(@PathVariable String id, Model model) {
        model.addAttribute("rule", rules.find(id).orElseThrow(() -> Problem.notFound("rule " + id)));
        return "rule";
    }
}
