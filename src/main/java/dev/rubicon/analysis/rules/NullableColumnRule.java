package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A column of a new table that may be null. */
final class NullableColumnRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("nullable-column",
            "A column of a new table that may be null", Severity.INFO, Group.STYLE,
            "Null has to be thought of in each condition and each join. In a new table NOT NULL costs "
                    + "nothing; later it costs a scan.",
            """
            CREATE TABLE users (id bigint PRIMARY KEY, name text);
            """, """
            CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateTable.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.CreateTable.class).forEach(create -> create.columns().stream()
                .filter(column -> !column.notNull() && !column.numbered() && column.generated() == null)
                .filter(column -> create.constraints().stream()
                        .noneMatch(each -> each.kind() == Constraint.Kind.PRIMARY_KEY
                                && each.columns().contains(column.name())))
                .forEach(column -> findings.add(PAGE, judged,
                        "Column " + create.table() + "." + Sql.quote(column.name()) + " may be null",
                        Sql.alter(create.table(), "ALTER COLUMN " + Sql.quote(column.name()) + " SET NOT NULL"))));
    }
}
