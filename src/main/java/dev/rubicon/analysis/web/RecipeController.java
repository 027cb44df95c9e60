package dev.rubicon.analysis.web;

import dev.rubicon.analysis.recipes.Field;
import dev.rubicon.analysis.recipes.Recipes;
import dev.rubicon.problem.Violations;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Writes plans for usual changes; what it writes is not stored. */
@RestController
@RequestMapping("/api/v1/recipes")
class RecipeController {

    private final Recipes recipes;

    RecipeController(Recipes recipes) {
        this.recipes = recipes;
    }

    record ListView(List<CardView> items) {}

    record CardView(String recipe, String title, String says, List<FieldView> fields) {
        static CardView of(Recipes.Card card) {
            return new CardView(card.recipe(), card.title(), card.says(),
                    card.fields().stream().map(FieldView::of).toList());
        }
    }

    /** @param kind what an answer has to be: {@code table}, {@code name}, {@code type}, {@code flag} … */
    record FieldView(String name, String label, String hint, String kind, boolean required, String example) {
        static FieldView of(Field field) {
            return new FieldView(field.name(), field.label(), field.hint(), field.kind().word(), field.required(),
                    field.example());
        }
    }

    @GetMapping
    ListView all(@AuthenticationPrincipal Actor actor) {
        actor.demandAnywhere(Permission.READ);
        return new ListView(recipes.all().stream().map(CardView::of).toList());
    }

    /** Takes the fields' values by their names, and answers the plan document. */
    @PostMapping(path = "/{recipe}", produces = "application/yaml")
    String write(@AuthenticationPrincipal Actor actor, @PathVariable String recipe,
            @RequestBody Map<String, JsonNode> values) {
        actor.demandAnywhere(Permission.READ);
        Map<String, String> answers = new HashMap<>();
        Violations violations = new Violations();
        values.forEach((name, value) -> {
            boolean plain = value.isString() || value.isBoolean() || value.isNull();
            violations.unless(plain, "/" + name, "'" + name + "' is a text, or true or false");
            answers.put(name, plain && !value.isNull() ? value.asString() : "");
        });
        violations.refuse();
        return recipes.write(recipe, answers);
    }
}
