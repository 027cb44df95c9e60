package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new column with a default and a foreign key. */
final class FkInlineDefaultRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("fk-inline-on-new-column-with-default",
            "A new column with a default and a foreign key", Severity.ERROR,
            "Every row gets the default at once, so every row has to be looked up in the referenced table: under ACCESS "
                    + "EXCLUSIVE on the one and SHARE ROW EXCLUSIVE on the other. The column alone takes no time; its "
                    + "foreign key can be validated while others write.",
            """
            ALTER TABLE orders ADD COLUMN region_id bigint DEFAULT 1 REFERENCES regions (id);
            """, """
            ALTER TABLE orders ADD COLUMN region_id bigint DEFAULT 1;
            ALTER TABLE orders ADD CONSTRAINT orders_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions (id) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_region_id_fkey;
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
        NewColumns.keys(judged).filter(NewColumns.Demand::filled)
                .forEach(key -> findings.add(PAGE, Ground.weigh(judged, key.table(), Severity.ERROR), judged,
                        "Column " + key.table() + "." + quote(key.column().name())
                                + " has a value in every row, and each is looked "
                                + "up in " + key.constraint().references() + ": under ACCESS EXCLUSIVE on "
                                + Ground.named(judged, key.table()) + ", which blocks reads and writes, and SHARE ROW "
                                + "EXCLUSIVE on " + key.constraint().references() + ", which blocks writes",
                        key.safeForm(judged)));
    }
}
