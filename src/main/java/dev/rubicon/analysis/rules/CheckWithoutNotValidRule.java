package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.AddConstraint;
import dev.rubicon.engine.facts.Constraint.Kind;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A CHECK that reads the table while everybody waits. */
final class CheckWithoutNotValidRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("check-without-not-valid",
            "A CHECK that reads the table while everybody waits", Severity.ERROR,
            "ADD CHECK takes ACCESS EXCLUSIVE and reads the whole table under it: reads and writes wait. With NOT VALID it "
                    + "is there in no time and binds new rows; VALIDATE, in a later transaction, reads while others "
                    + "read and write.",
            """
            ALTER TABLE orders ADD CONSTRAINT orders_amount_check CHECK (amount > 0);
            """, """
            ALTER TABLE orders ADD CONSTRAINT orders_amount_check CHECK (amount > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(AddConstraint.class)
                .filter(add -> add.constraint().kind() == Kind.CHECK && add.constraint().enforced()
                        && !add.constraint().notValid() && !Ground.quiet(judged, add.table()))
                .forEach(add -> findings.add(PAGE, Ground.weigh(judged, add.table(), Severity.ERROR), judged,
                        "The CHECK " + SafeForms.name(add.table(), add.constraint()) + " reads "
                                + Ground.named(judged, add.table())
                                + " as a whole under ACCESS EXCLUSIVE: reads and writes wait until it is through",
                        SafeForms.later(add.table(), add.constraint())));
    }
}
