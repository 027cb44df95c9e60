package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new column that references another table. */
final class FkInlineRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("fk-inline-on-new-column",
            "A new column that references another table", Severity.WARNING,
            "Without a default nothing is read, but the statement wants two tables at once: it holds ACCESS EXCLUSIVE on the "
                    + "one, which blocks its reads and writes, while it waits for SHARE ROW EXCLUSIVE on the other. Column and foreign key "
                    + "one after the other hold less.",
            """
            ALTER TABLE orders ADD COLUMN region_id bigint REFERENCES regions (id);
            """, """
            ALTER TABLE orders ADD COLUMN region_id bigint;
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
        NewColumns.keys(judged).filter(key -> !key.filled() && !Ground.quiet(judged, key.references()))
                .forEach(key -> findings.add(PAGE, Ground.brief(judged), judged,
                        "Column " + key.table() + "." + quote(key.column().name()) + " takes ACCESS EXCLUSIVE on "
                                + key.table()
                                + " and then SHARE ROW EXCLUSIVE on " + key.references()
                                + ": while it waits for the second, all reads and writes of " + key.table()
                                + " wait too",
                        key.safeForm(judged)));
    }
}
