package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint.Kind;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new column with a CHECK. */
final class CheckInlineRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("check-inline-on-new-column",
            "A new column with a CHECK", Severity.ERROR,
            "The column alone takes no time. With a CHECK written at it, PostgreSQL reads the whole table under ACCESS "
                    + "EXCLUSIVE, even if the column has no default and every row is null.",
            """
            ALTER TABLE orders ADD COLUMN amount integer CHECK (amount > 0);
            """, """
            ALTER TABLE orders ADD COLUMN amount integer;
            ALTER TABLE orders ADD CONSTRAINT orders_amount_check CHECK (amount > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check;
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
        NewColumns.demands(judged, Kind.CHECK)
                .forEach(check -> findings.add(PAGE, Ground.weigh(judged, check.table(), Severity.ERROR), judged,
                        "The CHECK at the new column " + check.table() + "." + quote(check.column().name()) + " reads "
                                + Ground.named(judged, check.table())
                                + " as a whole under ACCESS EXCLUSIVE: reads and writes wait until it is through",
                        check.safeForm(judged)));
    }
}
