package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;

/** A change of type that checks every row again. */
final class ChangeTypeCheckRescanRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("change-type-check-rescan",
            "A change of type that checks every row again", Severity.ERROR,
            "Even where a change of type costs nothing by itself, a CHECK that mentions the column is "
                    + "checked again for every row, while the ALTER TABLE holds ACCESS EXCLUSIVE.",
            """
            ALTER TABLE users ADD COLUMN code varchar(10);
            ALTER TABLE users ADD CONSTRAINT users_code_check CHECK (code <> '') NOT VALID;
            ALTER TABLE users VALIDATE CONSTRAINT users_code_check;
            ALTER TABLE users ALTER COLUMN code TYPE varchar(20);
            """, """
            ALTER TABLE users ADD COLUMN code varchar(10);
            ALTER TABLE users ADD CONSTRAINT users_code_check CHECK (code <> '') NOT VALID;
            ALTER TABLE users ALTER COLUMN code TYPE varchar(20);
            ALTER TABLE users VALIDATE CONSTRAINT users_code_check;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AlterType.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AlterType.class).filter(change -> Weighing.shared(judged, change.table()))
                .filter(change -> TypeChange.of(judged, change) != TypeChange.REWRITE)
                .forEach(change -> checks(judged, change).forEach(check -> findings.add(PAGE,
                        Weighing.bySize(judged, change.table(), PAGE.severity()), judged,
                        "Constraint " + Sql.quote(check.name()) + " mentions " + Sql.quote(change.column())
                                + ", so changing its type reads all of " + change.table()
                                + Weighing.size(judged, change.table())
                                + " under ACCESS EXCLUSIVE, which blocks its reads and writes",
                        safeForm(change, check))));
    }

    private static List<Schema.ConstraintState> checks(Judged judged, Action.AlterType change) {
        return judged.schema().relation(change.table()).stream()
                .flatMap(table -> table.constraints().values().stream())
                .filter(each -> each.valid() && each.definition().kind() == Constraint.Kind.CHECK
                        && each.definition().columns().contains(change.column()))
                .toList();
    }

    private static String safeForm(Action.AlterType change, Schema.ConstraintState check) {
        String name = Sql.quote(check.name());
        Expression condition = check.definition().check();
        return Sql.alter(change.table(), "DROP CONSTRAINT " + name,
                "ALTER COLUMN " + Sql.quote(change.column()) + " TYPE " + change.type().sql(),
                "ADD CONSTRAINT " + name + " CHECK (" + (condition == null ? "true" : condition.sql()) + ") NOT VALID",
                "VALIDATE CONSTRAINT " + name);
    }
}
