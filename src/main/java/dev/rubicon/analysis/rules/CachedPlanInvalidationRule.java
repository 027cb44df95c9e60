package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Optional;
import java.util.Set;

/** Prepared statements whose result changes. */
final class CachedPlanInvalidationRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("cached-plan-invalidation",
            "Prepared statements whose result changes", Severity.INFO,
            "A statement that was prepared on the server and returns all columns, or the one whose type "
                    + "changes, fails once in each connection with \"cached plan must not change result type\". "
                    + "PgJDBC prepares by itself after five runs, and tries again only outside of transactions.",
            """
            ALTER TABLE users ALTER COLUMN code TYPE varchar(20);
            """, """
            CREATE TABLE codes (code varchar(20));
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AlterType.class, Action.AddColumn.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        Optional<QualifiedName> table = judged.rollback() ? Optional.empty() : changed(judged, judged);
        if (table.isPresent()
                && judged.passage().script().stream().noneMatch(each -> changed(judged, each).isPresent())) {
            findings.add(PAGE, judged, "Prepared statements that read SELECT * from " + table.get()
                    + ", or a column of another type now, fail once per connection with \"cached plan must not change "
                    + "result type\"; in a transaction that is an error of the application", null);
        }
    }

    private static Optional<QualifiedName> changed(Judged moment, Judged statement) {
        return statement.actions().stream()
                .filter(action -> action instanceof Action.AlterType || action instanceof Action.AddColumn)
                .map(action -> ((Action.OnTable) action).table()).filter(table -> Weighing.inUse(moment, table))
                .findFirst();
    }
}
