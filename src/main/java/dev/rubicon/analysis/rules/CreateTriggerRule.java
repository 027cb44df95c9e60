package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A trigger on a table in use. */
final class CreateTriggerRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("create-trigger",
            "A trigger on a table in use", Severity.WARNING,
            "CREATE TRIGGER takes SHARE ROW EXCLUSIVE on the table for a moment, which blocks writes "
                    + "while it waits and works. From then on every write of the table runs the function, and "
                    + "fails if the function does.",
            """
            CREATE TRIGGER users_audit AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION audit();
            """, """
            CREATE TABLE users_log (id bigint PRIMARY KEY);
            CREATE TRIGGER users_log_audit AFTER UPDATE ON users_log FOR EACH ROW EXECUTE FUNCTION audit();
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateTrigger.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.CreateTrigger.class).filter(create -> Weighing.shared(judged, create.table()))
                .forEach(create -> findings.add(PAGE, severity(judged), judged,
                        "CREATE TRIGGER " + Sql.quote(create.trigger()) + " takes SHARE ROW EXCLUSIVE on "
                                + create.table()
                                + " for a moment, which blocks its writes; then each write runs " + create.function()
                                + "()",
                        Sql.bounded(judged)));
    }

    /** What Rubicon writes for a dual write reads and writes nothing but the row, and its plan removes it again. */
    private static Severity severity(Judged judged) {
        WholePlan plan = judged.passage().plan();
        boolean ours = plan != null && plan.generated(judged.at());
        return judged.rollback() || ours ? Severity.INFO : PAGE.severity();
    }
}
