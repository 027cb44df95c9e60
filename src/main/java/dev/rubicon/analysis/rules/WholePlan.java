package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Step;
import java.util.List;
import java.util.stream.Stream;

/**
 * The plan that a statement is part of: what lies ahead decides what some statements weigh.
 *
 * @param statements of all steps, in running order
 */
public record WholePlan(PlanDocument document, List<Statements> statements) {

    /** What the steps behind this one do on the way forward. */
    private Stream<Action> behind(Statements at) {
        List<String> steps = document.steps().map(Step::name).dropWhile(name -> !name.equals(at.step())).skip(1)
                .toList();
        return statements.stream()
                .filter(each -> each.use() == Statements.Use.WORK && each.direction().equals("forward")
                        && steps.contains(each.step()))
                .flatMap(Statements::all).flatMap(each -> each.statement().actions().stream());
    }

    /** Whether a later step drops the column. */
    boolean dropsLater(Statements at, QualifiedName table, String column) {
        return behind(at).anyMatch(action -> action instanceof Action.DropColumn drop && drop.table().same(table)
                && drop.column().equals(column));
    }

    /** Whether a later step drops the table. */
    boolean dropsLater(Statements at, QualifiedName table) {
        return behind(at).anyMatch(action -> action instanceof Action.Drop drop
                && drop.kind() == Action.ObjectKind.TABLE && drop.names().stream().anyMatch(table::same));
    }

    /** Whether Rubicon wrote the step, for a dual write. */
    boolean generated(Statements at) {
        return document.steps().anyMatch(step -> step.generatedFor() != null && step.name().equals(at.step()));
    }
}
