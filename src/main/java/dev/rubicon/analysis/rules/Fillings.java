package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import java.util.List;
import java.util.stream.Stream;

/** Tells what a plan fills from other data, so that it can be computed again. */
final class Fillings {

    private Fillings() {}

    /** Whether the step itself or one behind it fills the column. */
    static boolean column(JudgedPlan plan, Step from, QualifiedName table, String column) {
        return backfills(plan, from).anyMatch(backfill -> backfill.set().keySet().stream()
                .anyMatch(name -> name.equals(column) || PlanNames.of(name).name().equals(column))
                && PlanNames.of(backfill.table()).same(table))
                || table(plan, from, table)
                || actions(plan, from).anyMatch(action -> action instanceof Action.Update update
                        && update.table().same(table)
                        && update.assignments().stream().anyMatch(each -> each.column().equals(column)));
    }

    /** Whether the step itself or one behind it fills the table out of others. */
    static boolean table(JudgedPlan plan, Step from, QualifiedName table) {
        return backfills(plan, from)
                .anyMatch(backfill -> backfill.into() instanceof String into && PlanNames.of(into).same(table))
                || actions(plan, from).anyMatch(action -> switch (action) {
                    case Action.Insert insert -> insert.table().same(table) && !insert.reads().isEmpty();
                    case Action.CreateTable create -> create.table().same(table) && create.populated();
                    default -> false;
                });
    }

    private static List<Step> on(JudgedPlan plan, Step from) {
        return plan.document().steps().dropWhile(step -> !step.name().equals(from.name())).toList();
    }

    private static Stream<Work.Backfill> backfills(JudgedPlan plan, Step from) {
        return on(plan, from).stream().map(Step::work).filter(Work.Backfill.class::isInstance)
                .map(Work.Backfill.class::cast);
    }

    private static Stream<Action> actions(JudgedPlan plan, Step from) {
        List<String> steps = on(plan, from).stream().map(Step::name).toList();
        return plan.judged().stream().filter(each -> !each.rollback() && steps.contains(each.at().step()))
                .flatMap(each -> Held.actions(each.actions()));
    }
}
