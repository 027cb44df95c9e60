package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.TypeName;
import dev.rubicon.plan.DataLoss;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way back from another type: open as long as every value fits the type that was. */
final class TypeDrafts {

    private static final List<String> INTEGERS = List.of("int2", "int4", "int8");
    private static final Map<String, String> RANGES = Map.of("int2", "-32768 AND 32767", "int4",
            "-2147483648 AND 2147483647", "int8", "-9223372036854775808 AND 9223372036854775807");
    private static final Set<String> TEXTS = Set.of("text", "varchar", "citext");
    private static final Set<String> WIDE = Set.of("int8", "text", "varchar", "citext", "numeric", "jsonb",
            "timestamptz", "timestamp", "bytea");

    private final QualifiedName table;
    private final String column;
    private final TypeName from;
    private final TypeName to;

    private TypeDrafts(QualifiedName table, String column, TypeName from, TypeName to) {
        this.table = table;
        this.column = column;
        this.from = from;
        this.to = to;
    }

    static Undo alterType(Action.AlterType alter, Schema schema) {
        String name = Wordings.column(alter.table(), alter.column());
        TypeName before = schema.column(alter.table(), alter.column()).map(ColumnState::type).orElse(null);
        if (before == null) {
            DataLoss loss = WIDE.contains(alter.type().name()) && alter.type().modifiers().isEmpty()
                    ? DataLoss.NONE
                    : DataLoss.DERIVED;
            return Undo.none(loss, "The type that " + name + " had before is not known here; write it down, or judge "
                    + "with the catalog of a target");
        }
        if (computed(alter.using(), alter)) {
            return Undo.none(DataLoss.TOTAL, "USING made other values of those in " + name + ", and nothing makes "
                    + "them again what they were. Keep the old column beside a new one instead")
                    .counting(alter.table(), Identifiers.quote(alter.column()) + " IS NOT NULL");
        }
        return new TypeDrafts(alter.table(), alter.column(), before, alter.type()).undo();
    }

    /** A mere cast of the column counts as none. */
    private static boolean computed(@Nullable Expression using, Action.AlterType alter) {
        if (using == null) {
            return false;
        }
        boolean cast = using.functions().isEmpty() && using.columns().equals(Set.of(alter.column()))
                && using.sql().replaceAll("[\\s()\"]", "").startsWith(alter.column() + "::");
        return !cast;
    }

    private Undo undo() {
        if (from.array() || to.array()) {
            return other();
        }
        if (INTEGERS.contains(from.name()) && (INTEGERS.contains(to.name()) || to.is("numeric"))) {
            return integers();
        }
        if (TEXTS.contains(from.name()) && TEXTS.contains(to.name())) {
            return texts();
        }
        if (from.is("numeric") && to.is("numeric")) {
            return numerics();
        }
        return other();
    }

    private String quoted() {
        return Identifiers.quote(column);
    }

    private Undo back(String why) {
        return Undo.by(why, Wordings.alterColumn(table, column, "TYPE " + Wordings.type(from)));
    }

    private Undo whileFits(String condition, String window) {
        return back("Gives the column the type that it had; it refuses when a value does not fit")
                .counting(table, condition).within(window);
    }

    private Undo exact() {
        return back("Gives the column the type that it had; every value fits");
    }

    private Undo integers() {
        boolean wider = to.is("numeric") || INTEGERS.indexOf(to.name()) > INTEGERS.indexOf(from.name());
        if (!wider) {
            return exact();
        }
        String range = quoted() + " NOT BETWEEN " + RANGES.get(from.name());
        return whileFits(to.is("numeric") ? range + " OR %1$s <> trunc(%1$s)".formatted(quoted()) : range,
                "while every value fits " + from.name());
    }

    /** A length that values outgrow is refused only where the cast is not written out: then it would cut them. */
    private Undo texts() {
        if (from.modifiers().isEmpty()) {
            return exact();
        }
        int length = from.modifiers().getFirst();
        boolean shorter = !to.modifiers().isEmpty() && to.modifiers().getFirst() <= length;
        return shorter
                ? exact()
                : whileFits("length(%s) > %d".formatted(quoted(), length),
                        "while no value is longer than " + length + " characters");
    }

    private Undo numerics() {
        if (from.modifiers().isEmpty()) {
            return rounded(to.modifiers())
                    ? lossy("Digits that " + Wordings.type(to) + " has no place for are gone")
                    : exact();
        }
        int scale = scale(from);
        int whole = from.modifiers().getFirst() - scale;
        if (!to.modifiers().isEmpty() && scale(to) < scale) {
            return lossy("Digits that " + Wordings.type(to) + " has no place for are gone");
        }
        return whileFits(
                "abs(%1$s) >= 10::numeric ^ %2$d OR %1$s <> round(%1$s, %3$d)".formatted(quoted(), whole, scale),
                "while every value fits " + Wordings.type(from));
    }

    private static boolean rounded(List<Integer> modifiers) {
        return !modifiers.isEmpty();
    }

    private static int scale(TypeName type) {
        return type.modifiers().size() > 1 ? type.modifiers().get(1) : 0;
    }

    private Undo lossy(String why) {
        return Undo.none(DataLoss.TOTAL, why + ", and no way back brings them again")
                .counting(table, quoted() + " IS NOT NULL");
    }

    private Undo other() {
        String cast = Wordings.alterColumn(table, column,
                "TYPE %s USING %s::%s".formatted(Wordings.type(from), quoted(), Wordings.type(from)));
        Undo undo = Undo
                .by("Gives the column the type that it had. Values are cast one by one: it refuses when one cannot "
                        + "be read so", cast);
        boolean keeps = TEXTS.contains(to.name()) && to.modifiers().isEmpty() || from.name().equals(to.name())
                || to.is("jsonb") || to.is("json") || timestamps();
        if (!keeps && drops()) {
            return lossy("What " + Wordings.type(from) + " holds and " + Wordings.type(to) + " does not is gone");
        }
        return undo.losing(DataLoss.NEW_WRITES).counting(table, quoted() + " IS NOT NULL")
                .within("while every value can be read as " + Wordings.type(from));
    }

    private boolean timestamps() {
        return from.name().startsWith("timestamp") && to.name().startsWith("timestamp");
    }

    /** Changes that round or cut what is there. */
    private boolean drops() {
        boolean fractions = Set.of("numeric", "float8", "float4").contains(from.name());
        return fractions && (INTEGERS.contains(to.name()) || to.is("float4"))
                || from.name().startsWith("timestamp") && (to.is("date") || to.is("time"));
    }
}
