package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A column of type varchar(n). */
final class VarcharNRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("varchar-n",
            "A column of type varchar(n)", Severity.WARNING, Group.STYLE,
            "The limit of varchar(n) is hard to narrow later: that rewrites the table. text with a "
                    + "CHECK, added NOT VALID and validated, can be changed without. varchar is no faster than "
                    + "text.",
            """
            CREATE TABLE users (code varchar(10));
            """, """
            CREATE TABLE users (code text CHECK (length(code) <= 10));
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
        Definitions.typed(judged, type -> Definitions.builtIn("varchar").test(type) && !type.modifiers().isEmpty())
                .forEach(each -> findings.add(PAGE, judged,
                        "Column " + each.path() + " is of type " + each.type().sql()
                                + ", whose limit is hard to narrow",
                        Definitions.retyped(judged, each, each.type().array() ? "text[]" : "text")));
    }
}
