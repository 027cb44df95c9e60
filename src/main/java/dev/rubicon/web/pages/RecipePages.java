package dev.rubicon.web.pages;

import dev.rubicon.analysis.recipes.Recipes;
import dev.rubicon.problem.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Recipes: each asks for some names, and what it writes is opened as a new plan. */
@Controller
@RequestMapping("/plans/new/recipes/{recipe}")
class RecipePages {

    private final Recipes recipes;

    RecipePages(Recipes recipes) {
        this.recipes = recipes;
    }

    @GetMapping
    String ask(@PathVariable String recipe, Model model) {
        return form(recipe, Map.of(), Map.of(), model);
    }

    @PostMapping
    String write(@PathVariable String recipe, @RequestParam Map<String, String> form, Model model,
            HttpServletResponse response) {
        Recipes.Card card = recipes.one(recipe);
        Map<String, String> answers = new HashMap<>(form);
        answers.keySet().retainAll(card.fields().stream().map(field -> field.name()).toList());
        try {
            model.addAttribute("source", recipes.write(recipe, answers));
        } catch (Problem problem) {
            response.setStatus(problem.type().status().value());
            Notice notice = Notice.of(problem);
            Map<String, String> wrong = new HashMap<>();
            notice.items().forEach(item -> wrong.merge(item.pointer().replaceFirst("^/", ""), item.message(),
                    (one, other) -> one + ". " + other));
            model.addAttribute("notice", notice);
            return form(recipe, answers, wrong, model);
        }
        model.addAttribute("notice", Notice.done("Written: " + card.title().toLowerCase(java.util.Locale.ROOT)
                + ". Read it, change what you like, and submit it"));
        model.addAttribute("recipes", recipes.all());
        return "plan-new";
    }

    private String form(String recipe, Map<String, String> answers, Map<String, String> wrong, Model model) {
        model.addAttribute("recipe", recipes.one(recipe));
        model.addAttribute("answers", answers);
        model.addAttribute("wrong", wrong);
        return "plan-recipe";
    }
}
