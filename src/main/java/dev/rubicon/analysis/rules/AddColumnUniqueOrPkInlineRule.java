package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A new column that is UNIQUE or PRIMARY KEY at once. */
final class AddColumnUniqueOrPkInlineRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("add-column-unique-or-pk-inline",
            "A new column that is UNIQUE or PRIMARY KEY at once", Severity.ERROR,
            "The index behind the constraint is built within the ALTER TABLE, so that the whole table "
                    + "is read under ACCESS EXCLUSIVE. Built concurrently beforehand, the constraint takes the "
                    + "index over in milliseconds.",
            """
            ALTER TABLE users ADD COLUMN handle text UNIQUE;
            """, """
            ALTER TABLE users ADD COLUMN handle text;
            CREATE UNIQUE INDEX CONCURRENTLY users_handle_key ON users (handle);
            ALTER TABLE users ADD CONSTRAINT users_handle_key UNIQUE USING INDEX users_handle_key;
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
        judged.actions(Action.AddColumn.class).filter(add -> Weighing.shared(judged, add.table()))
                .forEach(add -> add.column().constraints().stream()
                        .filter(each -> each.kind() == Constraint.Kind.UNIQUE
                                || each.kind() == Constraint.Kind.PRIMARY_KEY)
                        .findFirst().ifPresent(constraint -> findings.add(PAGE,
                                Weighing.bySize(judged, add.table(), PAGE.severity()), judged,
                                "ADD COLUMN " + Sql.quote(add.column().name()) + " " + constraint.kind().word()
                                        + " builds an index over " + add.table() + Weighing.size(judged, add.table())
                                        + " under ACCESS EXCLUSIVE, which blocks its reads and writes until it is built",
                                safeForm(judged, add))));
    }

    private static String safeForm(Judged judged, Action.AddColumn add) {
        SafeColumn safe = new SafeColumn(judged, add.table(), add.column().name()).add(add.column());
        Expression value = add.column().defaultValue();
        if (value != null) {
            safe.defaultTo(value.sql()).fill(value.sql());
        }
        return safe.demands(add.column()).sql();
    }
}
