package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Work;

/** A backfill that nothing verifies. */
final class BackfillUnverifiedRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("backfill-without-verification",
            "A backfill that nothing verifies", Severity.INFO,
            "A backfill may end without error and yet leave rows behind or change too many. A count of "
                    + "what is still missing, and the row count, tell at once.",
            """
            - step: fill
              backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
              rollback: { nothing: derived data, dataLoss: none }
            """, """
            - step: fill
              backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
              verify:
                - { name: none is missing, sql: SELECT count(*) FROM users WHERE display_name IS NULL, expect: 0 }
                - { name: no row came or went, rowCount: unchanged }
              rollback: { nothing: derived data, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        plan.document().steps().forEach(step -> {
            if (step.work() instanceof Work.Backfill backfill && step.verify().isEmpty()) {
                findings.add(PAGE, step, "forward", plan.place(step),
                        "Nothing verifies the backfill of " + backfill.table() + " in step " + step.name(),
                        backfill.where() == null
                                ? null
                                : "verify: [{ name: nothing is left, sql: SELECT count(*) FROM " + backfill.table()
                                        + " WHERE " + backfill.where() + ", expect: 0 }]");
            }
        });
    }
}
