package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import java.util.List;

/** A new column of a dual write that the plan itself gives a value of its own. */
final class DualWriteDefaultRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("dual-write-default",
            "A dual write into a column that fills itself", Severity.ERROR,
            "Old code does not name the new column, so that a row it inserts would come with the default, and the trigger "
                    + "could not tell that from a value that new code gave. Before it installs the trigger, Rubicon looks "
                    + "at the column and refuses it. The default comes when the trigger is gone.",
            """
            - phase: expand
              steps:
                - step: add-display-name
                  sql: ALTER TABLE users ADD COLUMN display_name text DEFAULT '';
                  rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: derived }
            - phase: migrate
              steps:
                - step: copy-username
                  backfill: { table: users, dualWrite: { from: username, to: display_name } }
                  rollback: { nothing: derived data, dataLoss: none }
            """, """
            - phase: expand
              steps:
                - step: add-display-name
                  sql: ALTER TABLE users ADD COLUMN display_name text;
                  rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: derived }
            - phase: migrate
              steps:
                - step: copy-username
                  backfill: { table: users, dualWrite: { from: username, to: display_name } }
                  rollback: { nothing: derived data, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        List<Action.AddColumn> added = plan.judged().stream().filter(each -> !each.rollback())
                .flatMap(each -> each.actions(Action.AddColumn.class)).toList();
        plan.document().steps().filter(step -> DualWritten.column(step) != null)
                .forEach(step -> added.stream().filter(add -> fillsItself(add.column()))
                        .filter(add -> DualWritten.column(step) instanceof DualWritten.Column column
                                && column.is(add.table(), add.column().name()))
                        .forEach(add -> findings.add(PAGE, step, "forward",
                                plan.text().place(step.pointer() + "/backfill/dualWrite/to"),
                                message(step, add.table(), add.column()), null)));
    }

    private static boolean fillsItself(Column column) {
        return column.defaultValue() != null || column.generated() != null || column.numbered();
    }

    private static String message(Step step, QualifiedName table, Column column) {
        return "The plan gives " + table + "." + column.name()
                + (column.defaultValue() == null ? " values of its own" : " a default")
                + ", which the dual write of step " + step.name()
                + " would take for what new code wrote; a precondition "
                + "refuses it";
    }
}
