package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new column with a volatile default. */
final class AddColumnVolatileDefaultRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("add-column-volatile-default",
            "A new column with a volatile default", Severity.ERROR,
            "A default that is the same for all rows is kept in the catalog once. One that is computed "
                    + "anew for each row, like random(), clock_timestamp(), gen_random_uuid() or nextval(), is "
                    + "written into every row while ACCESS EXCLUSIVE keeps all others out. now() is stable and "
                    + "costs nothing. A function that is not known is taken to be volatile.",
            """
            ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();
            """, """
            ALTER TABLE users ADD COLUMN token uuid;
            ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AddColumn.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AddColumn.class).filter(add -> Weighing.shared(judged, add.table()))
                .filter(add -> Weighing.rewritten(judged, add.table())).forEach(add -> {
                    Expression value = add.column().defaultValue();
                    if (value != null) {
                        Calls.unsteady(judged, value).ifPresent(call -> findings.add(PAGE,
                                Weighing.bySize(judged, add.table(), PAGE.severity()), judged,
                                "ADD COLUMN " + Sql.quote(add.column().name()) + " DEFAULT " + value.sql() + " "
                                        + Weighing.rewrites(judged, add.table()) + ": " + reason(judged, call),
                                safeForm(judged, add, value)));
                    }
                });
    }

    private static String reason(Judged judged, Expression.Call call) {
        return call.name() + (Calls.isVolatile(judged, call)
                ? "() gives every row a value of its own"
                : "() is not known to be stable or immutable");
    }

    private static String safeForm(Judged judged, Action.AddColumn add, Expression value) {
        return new SafeColumn(judged, add.table(), add.column().name()).add(add.column()).defaultTo(value.sql())
                .fill(value.sql()).demands(add.column()).sql();
    }
}
