package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Severity;

/** A soak before anything was done. */
final class SoakInFirstPhaseRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("soak-in-first-phase",
            "A soak before anything was done", Severity.BLOCKING,
            "A soak counts from the end of the previous phase. Before the first phase there is none, so "
                    + "it would never be over.",
            """
            phases:
              - phase: expand
                after: { soak: 24h }
            """, """
            phases:
              - phase: expand
              - phase: migrate
                after: { soak: 24h }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        Phase first = plan.document().phases().getFirst();
        if (first.after().soak() != null) {
            findings.addToPlan(PAGE, plan.text().place("/phases/0/after/soak"),
                    "The first phase has no phase before it to soak", null);
        }
    }
}
