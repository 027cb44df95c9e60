package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Work;

/** A backfill that does not know what is done. */
final class BackfillNotIdempotentRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("backfill-without-where",
            "A backfill that does not know what is done", Severity.WARNING,
            "The condition says which rows are still to be done. Without it every row is rewritten, and "
                    + "once more whenever the backfill goes over the table again.",
            """
            - step: fill
              backfill: { table: users, set: { display_name: username } }
              rollback: { nothing: derived data, dataLoss: none }
            """, """
            - step: fill
              backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
              rollback: { nothing: derived data, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        plan.document().steps().forEach(step -> {
            if (step.work() instanceof Work.Backfill backfill && backfill.where() == null
                    && !backfill.set().isEmpty()) {
                String column = backfill.set().keySet().iterator().next();
                findings.add(PAGE, step, "forward", plan.text().place(step.pointer() + "/backfill"),
                        "The backfill of " + backfill.table() + " in step " + step.name()
                                + " has no condition for the rows that are still to be done",
                        "where: " + column + " IS DISTINCT FROM (" + backfill.set().get(column) + ")");
            }
        });
    }
}
