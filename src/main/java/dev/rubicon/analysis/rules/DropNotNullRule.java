package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.DropNotNull;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A column that may be null from now on. */
final class DropNotNullRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-not-null",
            "A column that may be null from now on", Severity.WARNING,
            "It takes ACCESS EXCLUSIVE for a moment and reads nothing. But code that reads the column meets nulls "
                    + "that it never had to expect, and once there is one, there is no way back without inventing "
                    + "a value.",
            """
            ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
            """, """
            ALTER TABLE users ALTER COLUMN email SET DEFAULT '';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** On the way back it undoes a SET NOT NULL. */
    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(DropNotNull.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(DropNotNull.class)
                .filter(drop -> !Ground.quiet(judged, drop.table()) && !nullableAlready(judged, drop))
                .forEach(drop -> findings.add(PAGE,
                        judged.rollback() || madeHere(judged, drop) || goes(judged, drop)
                                ? Severity.INFO
                                : Severity.WARNING,
                        judged,
                        "Column " + drop.table() + "." + quote(drop.column())
                                + " may be null from here on: code that reads it has "
                                + "to expect that, and the way back fails at the first null",
                        "SELECT count(*) FROM " + drop.table().sql() + " WHERE " + quote(drop.column()) + " IS NULL;\n"
                                + SafeForms.notNull(judged, drop.table(), drop.column())));
    }

    private static boolean nullableAlready(Judged judged, DropNotNull drop) {
        return judged.schema().relation(drop.table()).map(each -> each.columns().get(drop.column()))
                .filter(each -> Boolean.FALSE.equals(each.notNull())).isPresent();
    }

    private static boolean madeHere(Judged judged, DropNotNull drop) {
        return judged.schema().relation(drop.table()).map(each -> each.columns().get(drop.column()))
                .filter(each -> each.made()).isPresent();
    }

    /** A column that the plan goes on to drop has to let new code leave it out before. */
    private static boolean goes(Judged judged, DropNotNull drop) {
        WholePlan plan = judged.passage().plan();
        return plan != null && plan.dropsLater(judged.at(), drop.table(), drop.column());
    }
}
