package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.OnTable;
import dev.rubicon.engine.facts.Action.ValidateConstraint;
import dev.rubicon.plan.Severity;
import java.time.Duration;
import java.util.Set;

/** What a validation costs. */
final class ValidateConstraintNoteRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("validate-constraint-note",
            "What a validation costs", Severity.INFO,
            "VALIDATE takes SHARE UPDATE EXCLUSIVE: others read and write, but VACUUM and other changes of the table wait. It "
                    + "reads the whole table, so a statement_timeout breaks it off on a large one. Run it off the "
                    + "busy hours.",
            """
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
            """, """
            SET statement_timeout = 0;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** Who turns the timeout off knows; what makes it worse than this is told by other rules. */
    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(ValidateConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        String timeout = judged.schema().setting("statement_timeout");
        boolean off = SessionTimeouts.length(timeout).filter(Duration::isZero).isPresent();
        judged.actions(ValidateConstraint.class).filter(each -> !off && !Ground.quiet(judged, each.table())
                && judged.actions(OnTable.class).noneMatch(ValidateInSameTxRule::keepsOthersOut)
                && ValidateInSameTxRule.locker(judged, each.table()).isEmpty())
                .forEach(each -> findings.add(PAGE, judged,
                        "VALIDATE CONSTRAINT " + quote(each.constraint()) + " reads all of "
                                + Ground.named(judged, each.table())
                                + " under SHARE UPDATE EXCLUSIVE: others read and write, "
                                + "VACUUM waits" + (timeout == null ? "" : "; it is broken off after " + timeout),
                        "SET statement_timeout = 0;\n" + Sql.alter(each.table(),
                                "VALIDATE CONSTRAINT " + quote(each.constraint()))));
    }
}
