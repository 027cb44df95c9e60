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
            - phase: expand
              after: { soak: 24h }
              steps:
                - step: add-region
                  sql: ALTER TABLE users ADD COLUMN region text;
                  rollback: { sql: ALTER TABLE users DROP COLUMN region;, dataLoss: new-writes }
            """, """
            - phase: expand
              steps:
                - step: add-region
                  sql: ALTER TABLE users ADD COLUMN region text;
                  rollback: { sql: ALTER TABLE users DROP COLUMN region;, dataLoss: new-writes }
            - phase: migrate
              after: { soak: 24h }
              steps:
                - step: fill-region
                  backfill: { table: users, set: { region: "'eu'" }, where: region IS NULL }
                  rollback: { nothing: the column goes with the step before, dataLoss: none }
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
