package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** All rows of a table deleted. */
final class DeleteWithoutWhereRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("delete-without-where",
            "All rows of a table deleted", Severity.ERROR,
            "DELETE without WHERE takes every row. Most often the condition was forgotten; where it was not, it is data "
                    + "that nobody brings back, and a plan says so with its point of no return.",
            """
            DELETE FROM sessions;
            """, """
            DELETE FROM sessions WHERE id = 17;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Delete.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Delete.class).filter(each -> FewRows.all(each.where()))
                .forEach(each -> findings.add(PAGE, severity(judged, each), judged,
                        (each.reads().isEmpty() ? "Every row of " : "Every row that the join meets of ") + each.table()
                                + " is deleted: there is no WHERE"
                                + (each.where() == null ? "" : " but one that is always true"),
                        "DELETE FROM " + each.table().sql() + " WHERE …;"));
    }

    /** In a plan the loss is declared, and the river stands before it. */
    private static Severity severity(Judged judged, Action.Delete delete) {
        if (!Held.existing(judged, delete.table())) {
            return Severity.INFO;
        }
        return judged.at().step() == null && delete.reads().isEmpty() ? Severity.ERROR : Severity.WARNING;
    }
}
