package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Verdict;

/** A point of no return that nobody declared. */
final class UndeclaredRiverRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("undeclared-point-of-no-return",
            "A point of no return that nobody declared", Severity.BLOCKING,
            "From this step on there is no rollback but the backup. A team that did not see the river may "
                    + "not cross it.",
            """
            - step: drop-username
              sql: ALTER TABLE users DROP COLUMN username;
              rollback: { impossible: username is gone, dataLoss: total }
            """, """
            - step: drop-username
              sql: ALTER TABLE users DROP COLUMN username;
              pointOfNoReturn: true
              rollback: { impossible: username is gone; restore it from the backup, dataLoss: total }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        Verdict.PointOfNoReturn river = plan.river();
        if (river == null) {
            return;
        }
        plan.document().steps().filter(step -> step.name().equals(river.step()))
                .filter(step -> !step.pointOfNoReturn())
                .forEach(step -> findings.add(PAGE, step, "forward", plan.place(step),
                        "Step " + step.name() + " is the point of no return, and the plan does not say so: "
                                + river.reason(),
                        "pointOfNoReturn: true"));
    }
}
