package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A trigger dropped. */
final class DropTriggerRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-trigger",
            "A trigger dropped", Severity.INFO,
            "DROP TRIGGER takes ACCESS EXCLUSIVE on the table for a moment: while it waits for running "
                    + "queries, all reads and writes wait behind it.",
            """
            DROP TRIGGER users_audit ON users;
            """, """
            ALTER TABLE users DISABLE TRIGGER users_audit;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Drop.class, Action.Rename.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Drop.class).filter(drop -> drop.kind() == ObjectKind.TRIGGER).forEach(drop -> {
            QualifiedName table = drop.on();
            if (table != null && Weighing.shared(judged, table)) {
                findings.add(PAGE, judged, "DROP TRIGGER " + Weighing.moment(table), Sql.bounded(judged));
            }
        });
        judged.actions(Action.Rename.class)
                .filter(rename -> rename.kind() == ObjectKind.TRIGGER && Weighing.shared(judged, rename.object()))
                .forEach(rename -> findings.add(PAGE, judged, "Renaming a trigger " + Weighing.moment(rename.object()),
                        Sql.bounded(judged)));
    }
}
