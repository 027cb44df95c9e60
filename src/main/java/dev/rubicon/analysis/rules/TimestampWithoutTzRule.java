package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A column of type timestamp without time zone. */
final class TimestampWithoutTzRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("timestamp-without-tz",
            "A column of type timestamp without time zone", Severity.WARNING, Group.STYLE,
            "timestamp keeps the digits of a clock and forgets which clock: two sessions in two time "
                    + "zones mean different moments by the same value. timestamptz keeps the moment, in the same "
                    + "eight bytes.",
            """
            CREATE TABLE users (seen timestamp);
            """, """
            CREATE TABLE users (seen timestamptz);
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
        Definitions.typed(judged, Definitions.builtIn("timestamp"))
                .forEach(each -> findings.add(PAGE, judged,
                        "Column " + each.path() + " is of type " + each.type().sql()
                                + ", which does not say which moment it is",
                        Definitions.retyped(judged, each, each.type().array() ? "timestamptz[]" : "timestamptz")));
    }
}
