package dev.rubicon.analysis;

import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Derives the point of no return: the first step, in running order, that destroys what existed before the plan, by its
 * author's own word or because its statements do.
 */
final class River {

    private River() {}

    /** @param destroyed by step: what its statements take away for good, in words */
    static Verdict.@Nullable PointOfNoReturn of(PlanDocument document, Map<String, String> destroyed) {
        for (Phase phase : document.phases()) {
            for (Step step : phase.steps()) {
                @Nullable
                String lost = destroyed.get(step.name());
                if (lost != null || step.rollback().destroys()) {
                    return new Verdict.PointOfNoReturn(phase.index(), step.name(), reason(step.rollback(), lost));
                }
            }
        }
        return null;
    }

    /** The author's words come first: they say what to do instead. */
    private static String reason(Rollback rollback, @Nullable String lost) {
        if (rollback.way() instanceof Rollback.Impossible impossible) {
            return impossible.why().strip().replaceAll("\\.$", "");
        }
        return lost == null ? "going back loses data that existed before the plan" : lost;
    }
}
