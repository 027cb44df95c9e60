package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;

/** A point of no return declared where there is none. */
final class MisplacedRiverRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("misplaced-point-of-no-return",
            "A point of no return declared where there is none", Severity.BLOCKING,
            "What is declared and what the steps say disagree, so one of them is wrong: either the "
                    + "rollback of the step cannot do what it says, or the team expects the river in the wrong "
                    + "place.",
            """
            - step: add-column
              sql: ALTER TABLE users ADD COLUMN display_name text;
              pointOfNoReturn: true
              rollback: { sql: ALTER TABLE users DROP COLUMN display_name, dataLoss: new-writes }
            """, """
            - step: add-column
              sql: ALTER TABLE users ADD COLUMN display_name text;
              rollback: { sql: ALTER TABLE users DROP COLUMN display_name, dataLoss: new-writes }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        String river = plan.river() == null ? null : plan.river().step();
        String declared = plan.document().declaredPointOfNoReturn().map(Step::name).orElse(null);
        plan.document().steps().filter(Step::pointOfNoReturn).forEach(step -> {
            if (!step.rollback().destroys() && !plan.destroyed().containsKey(step.name())) {
                add(plan, step, findings, "its rollback restores everything that existed before");
            } else if (step.name().equals(declared) && !step.name().equals(river)) {
                add(plan, step, findings, "step " + river + " before it already is");
            }
        });
    }

    private static void add(JudgedPlan plan, Step step, Findings findings, String because) {
        findings.add(PAGE, step, "forward", plan.text().place(step.pointer() + "/pointOfNoReturn"),
                "Step " + step.name() + " is declared the point of no return, but " + because, null);
    }
}
