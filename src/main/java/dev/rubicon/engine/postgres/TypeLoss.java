package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.TypeName;
import java.util.List;
import java.util.Set;

/** Whether a change of type gives up part of the values in silence. What the server refuses to cut is not lost. */
final class TypeLoss {

    private static final List<String> FRACTIONS = List.of("numeric", "float8", "float4");
    private static final Set<String> WHOLE = Set.of("int2", "int4", "int8");
    private static final Set<String> TEXTS = Set.of("varchar", "bpchar");

    private TypeLoss() {}

    static boolean loses(Action.AlterType change, TypeName from) {
        TypeName to = change.type();
        if (TypeChange.computes(change)) {
            return true;
        }
        // an explicit cast cuts text to its length; a plain change of type is refused instead
        boolean cut = change.using() != null && TEXTS.contains(to.name()) && !to.modifiers().isEmpty();
        return cut || fraction(from, to) || time(from, to);
    }

    private static boolean fraction(TypeName from, TypeName to) {
        if (!FRACTIONS.contains(from.name())) {
            return false;
        }
        boolean coarser = FRACTIONS.indexOf(to.name()) > FRACTIONS.indexOf(from.name());
        boolean rounded = to.name().equals("numeric") && !to.modifiers().isEmpty()
                && (from.modifiers().isEmpty() || scale(to) < scale(from));
        return WHOLE.contains(to.name()) || coarser || rounded;
    }

    private static int scale(TypeName type) {
        return type.modifiers().size() > 1 ? type.modifiers().get(1) : 0;
    }

    private static boolean time(TypeName from, TypeName to) {
        boolean stamp = from.name().startsWith("timestamp");
        boolean part = to.name().equals("date") || to.name().startsWith("time") && !to.name().startsWith("timestamp");
        int digits = to.modifiers().isEmpty() ? 6 : to.modifiers().getFirst();
        int before = from.modifiers().isEmpty() ? 6 : from.modifiers().getFirst();
        return stamp && part || from.name().equals(to.name()) && from.name().startsWith("time") && digits < before;
    }
}
