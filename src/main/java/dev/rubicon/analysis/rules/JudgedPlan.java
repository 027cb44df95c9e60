package dev.rubicon.analysis.rules;

import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Place;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.PlanText;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A plan as the rules see it.
 *
 * @param statements of every step; empty where this server has no grammar for the plan's engine
 * @param judged those that change the target, forward and back, each as it was at its moment; its schema has gone on
 * @param simulations by step: what it does to the schema, and what its rollback leaves
 * @param destroyed by step: what existed before the plan and is lost for good with it, in words; see {@link Destruction}
 * @param river the derived point of no return, or null
 */
public record JudgedPlan(PlanText text, List<Statements> statements, List<Judged> judged,
        Map<String, Simulation> simulations, Map<String, String> destroyed,
        Verdict.@Nullable PointOfNoReturn river) {

    public PlanDocument document() {
        return text.document();
    }

    /** The rollback that Rubicon would write for a step, its last statement undone first, or null where there is none. */
    public @Nullable String drafted(Step step) {
        List<String> drafts = judged.reversed().stream()
                .filter(each -> !each.rollback() && !each.nested() && step.name().equals(each.at().step()))
                .map(each -> each.draft().sql()).filter(Objects::nonNull).toList();
        return drafts.isEmpty() ? null : String.join("\n", drafts);
    }

    /** Whether Rubicon wrote the statement, for a dual write. */
    public boolean generated(Judged judged) {
        return document().steps().anyMatch(step -> step.generatedFor() != null
                && step.name().equals(judged.at().step()));
    }

    public Place place(Step step) {
        return text.place(step.pointer());
    }

    public Place place(Phase phase) {
        return text.place("/phases/" + phase.index());
    }
}
