package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.DualWriteTrigger;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import org.jspecify.annotations.Nullable;

/** Tells which columns the trigger of a dual write gives the values of others. */
final class DualWritten {

    private DualWritten() {}

    /** The new column of a dual write. */
    record Column(QualifiedName table, String name) {
        boolean is(QualifiedName otherTable, String other) {
            return name.equals(other) && table.same(otherTable);
        }
    }

    /** The new column of the step's dual write, or null. */
    static @Nullable Column column(Step step) {
        return step.work() instanceof Work.Backfill backfill && backfill.dualWrite() instanceof Work.DualWrite dual
                && DualWriteTrigger.of(backfill).isPresent()
                        ? new Column(PlanNames.of(backfill.table()), PlanNames.of(dual.to()).name())
                        : null;
    }

    /**
     * Whether all that was ever written to the column is in the old one too: a step behind installs the trigger, and no
     * gate lets code that knows the column run before.
     */
    static boolean fromTheBeginning(JudgedPlan plan, Step from, QualifiedName table, String column) {
        boolean behind = false;
        for (Phase phase : plan.document().phases()) {
            if (behind && phase.after().deployment() != null) {
                return false;
            }
            for (Step step : phase.steps()) {
                behind |= step.name().equals(from.name());
                if (behind && column(step) instanceof Column kept && kept.is(table, column)) {
                    return true;
                }
            }
        }
        return false;
    }
}
