package dev.rubicon.analysis;

import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Place;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan as the rules see it.
 *
 * @param statements of every step; empty where this server has no grammar for the plan's engine
 * @param river the derived point of no return, or null
 */
record JudgedPlan(PlanText text, List<Statements> statements, Verdict.@Nullable PointOfNoReturn river) {

    PlanDocument document() {
        return text.document();
    }

    Place place(Step step) {
        return text.place(step.pointer());
    }

    Place place(Phase phase) {
        return text.place("/phases/" + phase.index());
    }
}
