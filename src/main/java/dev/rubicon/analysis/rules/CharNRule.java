package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A column of type char(n). */
final class CharNRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("char-n",
            "A column of type char(n)", Severity.WARNING, Group.STYLE,
            "char(n) pads every value with spaces and ignores them when comparing, which is seldom "
                    + "meant. text with a CHECK of the length does what people expect.",
            """
            CREATE TABLE users (code char(10));
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
        Definitions.typed(judged, Definitions.builtIn("bpchar"))
                .forEach(each -> findings.add(PAGE, judged,
                        "Column " + each.path() + " is of type " + each.type().sql() + ", which pads with spaces",
                        Definitions.retyped(judged, each, each.type().array() ? "text[]" : "text")));
    }
}
