package dev.rubicon.analysis.recipes;

import dev.rubicon.problem.Violations;
import java.util.List;

/** A usual change, and the plan that makes it while the application runs. */
interface Recipe {

    /** The name in addresses, like {@code rename-column}. */
    String id();

    String title();

    /** How the plan goes about it, in a sentence or two. */
    String says();

    List<Field> fields();

    /** Finds what is wrong with answers that are right each by itself. */
    default void look(Answers answers, Violations violations) {}

    /** The plan document, in YAML. */
    String write(Answers answers);
}
