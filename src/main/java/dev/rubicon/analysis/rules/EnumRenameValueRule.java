package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value of an enum renamed under running code. */
final class EnumRenameValueRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("enum-rename-value",
            "A value of an enum renamed under running code", Severity.ERROR,
            "No table is locked and no row changes, but code that sends or compares the old value fails "
                    + "from that moment, and code that knows the new one alone fails before it.",
            """
            ALTER TYPE mood RENAME VALUE 'well' TO 'happy';
            """, """
            ALTER TYPE mood ADD VALUE 'happy' AFTER 'well';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.Rename.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.Rename.class).filter(rename -> rename.kind() == ObjectKind.ENUM_VALUE)
                .filter(rename -> judged.schema().type(rename.object()).filter(Schema.Type::made).isEmpty())
                .forEach(rename -> findings.add(PAGE, Weighing.renaming(judged), judged,
                        "Code that says " + literal(rename.member()) + " of " + rename.object()
                                + " fails after it, code that says "
                                + literal(rename.to()) + " fails before it",
                        "-- then rewrite rows in batches, once every running version knows both:\nALTER TYPE "
                                + rename.object().sql() + " ADD VALUE " + literal(rename.to()) + " AFTER "
                                + literal(rename.member()) + ";"));
    }

    private static String literal(@Nullable String value) {
        return Identifiers.literal(value == null ? "" : value);
    }
}
