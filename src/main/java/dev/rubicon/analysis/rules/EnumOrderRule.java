package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value added to an enum without its place. */
final class EnumOrderRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("enum-order",
            "A value added to an enum without its place", Severity.INFO,
            "Without BEFORE or AFTER the value goes to the end, where comparisons and ORDER BY will put "
                    + "it for good: the order of an enum cannot be changed later.",
            """
            ALTER TYPE mood ADD VALUE 'calm';
            """, """
            ALTER TYPE mood ADD VALUE 'calm' AFTER 'sad';
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AddEnumValue.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AddEnumValue.class).filter(add -> !add.position())
                .forEach(add -> findings.add(PAGE, judged,
                        "Value " + Identifiers.literal(add.value()) + " goes to the end of " + add.type()
                                + ", and its place cannot be changed later",
                        safeForm(judged, add)));
    }

    private static @Nullable String safeForm(Judged judged, Action.AddEnumValue add) {
        return judged.schema().type(add.type()).filter(Schema.EnumType.class::isInstance)
                .map(Schema.EnumType.class::cast)
                .filter(type -> !type.values().isEmpty())
                .map(type -> "ALTER TYPE " + add.type().sql() + " ADD VALUE " + Identifiers.literal(add.value())
                        + " AFTER " + Identifiers.literal(type.values().getLast()) + ";")
                .orElse(null);
    }
}
