package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new column that is NOT NULL and has no default. */
final class AddColumnNotNullNoDefaultRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("add-column-not-null-no-default",
            "A new column that is NOT NULL and has no default", Severity.ERROR,
            "On a table with rows the statement fails, since the rows that are there have no value for "
                    + "the column. On an empty one it succeeds, and from then on every writer that does not know "
                    + "the column fails.",
            """
            ALTER TABLE users ADD COLUMN email text NOT NULL;
            """, """
            ALTER TABLE users ADD COLUMN email text;
            ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
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
        judged.actions(Action.AddColumn.class).filter(add -> demandsWithoutGiving(add.column()))
                .filter(add -> Weighing.shared(judged, add.table()))
                .forEach(add -> findings.add(PAGE, judged,
                        "ADD COLUMN " + Sql.quote(add.column().name()) + " NOT NULL without a default fails on "
                                + add.table() + Weighing.size(judged, add.table())
                                + " as soon as it has a row; code that inserts without "
                                + Sql.quote(add.column().name())
                                + " fails from then on",
                        new SafeColumn(judged, add.table(), add.column().name()).add(add.column())
                                .fill("NULL /* what the existing rows shall have */").demands(add.column()).sql()));
    }

    private static boolean demandsWithoutGiving(Column column) {
        Expression value = column.defaultValue();
        boolean none = value == null || value.sql().strip().equalsIgnoreCase("NULL");
        return column.notNull() && none && column.generated() == null && !column.numbered();
    }
}
