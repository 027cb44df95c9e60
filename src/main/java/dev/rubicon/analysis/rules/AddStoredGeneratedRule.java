package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A stored generated column on an existing table. */
final class AddStoredGeneratedRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("add-stored-generated",
            "A stored generated column on an existing table", Severity.ERROR,
            "The value of a stored generated column is computed and written for every row at once, and "
                    + "the table and all of its indexes are written anew under ACCESS EXCLUSIVE. A virtual one, "
                    + "from PostgreSQL 18 on, writes nothing.",
            """
            ALTER TABLE books ADD COLUMN total integer GENERATED ALWAYS AS (price + tax) STORED;
            """, """
            ALTER TABLE books ADD COLUMN total integer;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AddColumn.class, Action.ChangeExpression.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AddColumn.class).filter(add -> Weighing.shared(judged, add.table())).forEach(add -> {
            Column.Generated generated = add.column().generated();
            if (generated != null && generated.stored()) {
                findings.add(PAGE, Weighing.bySize(judged, add.table(), PAGE.severity()), judged,
                        "ADD COLUMN " + Sql.quote(add.column().name()) + " GENERATED … STORED "
                                + Weighing.rewrites(judged, add.table()),
                        safeForm(judged, add, generated.value().sql()));
            }
        });
        judged.actions(Action.ChangeExpression.class)
                .filter(change -> change.value() != null && Weighing.shared(judged, change.table()))
                .forEach(change -> findings.add(PAGE, Weighing.bySize(judged, change.table(), PAGE.severity()), judged,
                        "SET EXPRESSION of " + Sql.quote(change.column()) + " "
                                + Weighing.rewrites(judged, change.table()) + " if the column is stored",
                        null));
    }

    private static final int VIRTUAL = 18;

    private static String safeForm(Judged judged, Action.AddColumn add, String value) {
        SafeColumn safe = new SafeColumn(judged, add.table(), add.column().name());
        String type = SafeColumn.type(add.column().type());
        return judged.serverVersion() >= VIRTUAL
                ? safe.add(type + " GENERATED ALWAYS AS (" + value + ") VIRTUAL").sql()
                : safe.add(type).keep(value).fill(value).demands(add.column()).sql();
    }
}
