package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Many rows changed in the one transaction of a step. */
final class BackfillInTransactionRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("backfill-in-transaction",
            "Many rows changed in one transaction", Severity.WARNING,
            "A step of SQL is one transaction: all rows stay locked to its end, nobody can pause it, and a failure at the "
                    + "last row throws everything away. A backfill goes in batches, each its own transaction, and can be "
                    + "slowed down, stopped and gone on with.",
            """
            - step: fill-region
              sql: UPDATE users SET region = 'eu' WHERE region IS NULL;
              rollback: { nothing: the column is the application's from here on, dataLoss: none }
            """, """
            - step: fill-region
              backfill: { table: users, set: { region: "'eu'" }, where: region IS NULL }
              rollback: { nothing: the column is the application's from here on, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Update.class, Action.Delete.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        if (judged.at().step() == null) {
            return;
        }
        judged.actions(Action.Update.class).filter(each -> many(judged, each.table(), each.where()))
                .forEach(each -> findings.add(PAGE, judged, message(judged, "changes rows of " + each.table()),
                        "backfill: { table: " + each.table().sql() + ", set: { " + each.assignments().stream()
                                .map(one -> one.column() + ": " + yaml(one.value().sql()))
                                .collect(Collectors.joining(", ")) + " }" + where(each.where()) + " }"));
        judged.actions(Action.Delete.class).filter(each -> many(judged, each.table(), each.where()))
                .forEach(each -> findings.add(PAGE, judged, message(judged, "deletes rows of " + each.table()),
                        "backfill: { table: " + each.table().sql() + ", delete: true" + where(each.where()) + " }"));
    }

    private static String message(Judged judged, String does) {
        return judged.at().subject() + " " + does + " in one transaction, however many they are";
    }

    private static boolean many(Judged judged, QualifiedName table, @Nullable Expression where) {
        return !judged.fresh(table) && (where == null || !FewRows.few(where));
    }

    private static String where(@Nullable Expression where) {
        return where == null ? "" : ", where: " + yaml(where.sql());
    }

    /** In double quotes, where a flow mapping would read something else. */
    private static String yaml(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.matches("[A-Za-z0-9_ ().<>=+*/%|-]+") && !line.startsWith("-")
                ? line
                : '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
