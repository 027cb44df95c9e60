package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.Engines;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.EngineKind;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The door: writes plans for usual changes. Keeps nothing. */
@Component
public class Recipes {

    private static final List<Recipe> ALL = List.of(new RenameColumn(), new ChangeType(), new AddNotNull(),
            new AddForeignKey(), new AddUnique(), new AddIndex(), new DropColumn(), new DropTable(), new SplitColumn());

    private final Engines engines;

    public Recipes(Engines engines) {
        this.engines = engines;
    }

    /**
     * A recipe as others see it.
     *
     * @param recipe its name in addresses
     * @param says how the plan goes about it
     */
    public record Card(String recipe, String title, String says, List<Field> fields) {}

    /** All recipes, in the order in which they are offered. */
    public List<Card> all() {
        return ALL.stream().map(Recipes::card).toList();
    }

    /** @throws Problem not-found */
    public Card one(String id) {
        return card(recipe(id));
    }

    private static Card card(Recipe recipe) {
        return new Card(recipe.id(), recipe.title(), recipe.says(), recipe.fields());
    }

    /**
     * Writes the plan.
     *
     * @param answers by the fields' names; blank ones count as not given
     * @return a plan document in YAML, with comments
     * @throws Problem not-found; invalid-input with a violation for each answer that is not as it has to be
     */
    public String write(String id, Map<String, String> answers) {
        Recipe recipe = recipe(id);
        return recipe.write(Answers.of(recipe, answers, engines.of(EngineKind.POSTGRESQL)));
    }

    private static Recipe recipe(String id) {
        return ALL.stream().filter(each -> each.id().equals(id)).findFirst()
                .orElseThrow(() -> Problem.notFound("recipe " + id));
    }
}
