package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.plan.Severity;
import java.util.Map;
import java.util.Set;

/** A key of type integer or smallint. */
final class IntPkRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("int-pk",
            "A key of type integer or smallint", Severity.WARNING, Group.STYLE,
            "integer ends at 2,147,483,647 and smallint at 32,767. A key that runs out stops all "
                    + "inserts, and widening it then rewrites the table while nobody can wait. Columns are taken "
                    + "for keys if they are a primary key, number themselves, refer to another table, or are "
                    + "called id or …_id.",
            """
            CREATE TABLE users (id integer PRIMARY KEY);
            """, """
            CREATE TABLE users (id bigint PRIMARY KEY);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateTable.class, Action.AddColumn.class, Action.AlterType.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        Definitions.typed(judged, type -> SMALLER.containsKey(type.name()) && type.schema() == null && !type.array())
                .filter(each -> key(judged, each))
                .forEach(each -> findings.add(PAGE, judged,
                        "Key " + each.path() + " is of type " + each.type().sql() + " and ends at "
                                + (each.type().name().endsWith("2") ? "32,767" : "2,147,483,647"),
                        Definitions.retyped(judged, each, SMALLER.getOrDefault(each.type().name(), "bigint"))));
    }

    private static final Map<String, String> SMALLER = Map.of("int2", "bigint", "int4", "bigint", "serial2",
            "bigserial", "serial4", "bigserial");

    private static boolean key(Judged judged, Definitions.Defined defined) {
        Column column = defined.column();
        boolean named = defined.name().equals("id") || defined.name().endsWith("_id");
        return named || defined.type().serial() || (column != null && (column.identity() != null || keyed(column)))
                || judged.actions(Action.CreateTable.class).flatMap(create -> create.constraints().stream())
                        .anyMatch(each -> each.kind() == Constraint.Kind.PRIMARY_KEY
                                && each.columns().contains(defined.name()));
    }

    private static boolean keyed(Column column) {
        return column.constraints().stream().anyMatch(each -> each.kind() == Constraint.Kind.PRIMARY_KEY
                || each.kind() == Constraint.Kind.FOREIGN_KEY);
    }
}
