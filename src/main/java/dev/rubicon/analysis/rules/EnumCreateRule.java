package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.Severity;
import java.util.Set;
import java.util.stream.Collectors;

/** A new enum type. */
final class EnumCreateRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("enum-create",
            "A new enum type", Severity.WARNING, Group.STYLE,
            "The values of an enum can be added and renamed, never taken away, and their order is fixed "
                    + "once. A table of values with a foreign key, or a CHECK, can be changed in all ways.",
            """
            CREATE TYPE mood AS ENUM ('sad', 'well');
            """, """
            CREATE TABLE moods (mood text PRIMARY KEY);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateEnum.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.CreateEnum.class)
                .forEach(create -> findings.add(PAGE, judged,
                        "The values of enum " + create.type() + " cannot be taken away later", safeForm(create)));
    }

    private static String safeForm(Action.CreateEnum create) {
        String table = create.type().sql();
        String column = Sql.quote("value");
        String rows = create.values().stream().map(value -> "(" + Identifiers.literal(value) + ")")
                .collect(Collectors.joining(", "));
        return "CREATE TABLE " + table + " (" + column + " text PRIMARY KEY);"
                + (rows.isEmpty() ? "" : "\nINSERT INTO " + table + " (" + column + ") VALUES " + rows + ";");
    }
}
