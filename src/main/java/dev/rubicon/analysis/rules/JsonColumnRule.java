package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A column of type json. */
final class JsonColumnRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("json-column",
            "A column of type json", Severity.WARNING,
            "json has no equality: DISTINCT, UNION, GROUP BY and DISTINCT counts over rows that hold "
                    + "such a column fail, also in queries that ran before the column came. It keeps the text as "
                    + "it was sent, and cannot be indexed. jsonb does all of it.",
            """
            ALTER TABLE books ADD COLUMN data json;
            """, """
            ALTER TABLE books ADD COLUMN data jsonb;
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
        Definitions.typed(judged, Definitions.builtIn("json"))
                .forEach(each -> findings.add(PAGE, judged,
                        "Column " + each.path()
                                + " is of type json, which has no equality: SELECT DISTINCT and UNION over "
                                + each.table() + " fail",
                        Definitions.retyped(judged, each, each.type().array() ? "jsonb[]" : "jsonb")));
    }
}
