package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A table given another access method. */
final class SetAccessMethodRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("set-access-method",
            "A table given another access method", Severity.ERROR,
            "The table and all of its indexes are written anew under ACCESS EXCLUSIVE. If it has that "
                    + "access method already, nothing happens.",
            """
            ALTER TABLE users SET ACCESS METHOD columnar;
            """, """
            CREATE TABLE users_new (LIKE users INCLUDING ALL) USING columnar;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.SetAccessMethod.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.SetAccessMethod.class).filter(set -> Weighing.shared(judged, set.table()))
                .forEach(set -> findings.add(PAGE, Weighing.bySize(judged, set.table(), PAGE.severity()), judged,
                        "SET ACCESS METHOD " + Sql.quote(set.method()) + " " + Weighing.rewrites(judged, set.table()),
                        Sql.copy(set.table(), "", " USING " + Sql.quote(set.method()))));
    }
}
