package dev.rubicon.analysis;

import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import org.jspecify.annotations.Nullable;

/** Derives the point of no return: the first step, in running order, that destroys what existed before the plan. */
final class River {

    private River() {}

    static Verdict.@Nullable PointOfNoReturn of(PlanDocument document) {
        for (Phase phase : document.phases()) {
            for (Step step : phase.steps()) {
                if (step.rollback().destroys()) {
                    return new Verdict.PointOfNoReturn(phase.index(), step.name(), reason(step.rollback()));
                }
            }
        }
        return null;
    }

    private static String reason(Rollback rollback) {
        return rollback.way() instanceof Rollback.Impossible impossible
                ? impossible.why().strip().replaceAll("\\.$", "")
                : "going back loses data that existed before the plan";
    }
}
