package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A value added to an enum. */
final class EnumAddValueRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("enum-add-value",
            "A value added to an enum", Severity.BLOCKING,
            "A value cannot be used in the transaction that adds it: the server refuses with error "
                    + "55P04. And no value can be taken away again, so that a rollback must live with it.",
            """
            BEGIN;
            ALTER TYPE mood ADD VALUE 'calm' AFTER 'sad';
            INSERT INTO people (name, feeling) VALUES ('Ada', 'calm'::mood);
            COMMIT;
            """, """
            CREATE TYPE mood AS ENUM ('sad', 'calm', 'well');
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(Action.AddEnumValue.class)
                .filter(add -> judged.schema().type(add.type()).filter(Schema.Type::made).isEmpty())
                .forEach(add -> findings.add(PAGE, Severity.INFO, judged,
                        "Value " + Identifiers.literal(add.value()) + " of " + add.type()
                                + " cannot be taken away again, and cannot be used in the transaction that adds it",
                        null));
        if (judged.actions().stream().noneMatch(EnumAddValueRule::harmless)) {
            added(judged).forEach(type -> type.fresh().stream().filter(value -> says(judged, value))
                    .forEach(value -> findings.add(PAGE,
                            certain(judged, type, value) ? Severity.BLOCKING : Severity.WARNING, judged,
                            "Value " + Identifiers.literal(value) + " was added to " + type.name()
                                    + " in the same transaction, so using it fails with error 55P04",
                            safeForm(judged, type, value))));
        }
    }

    private static String safeForm(Judged judged, Schema.EnumType type, String value) {
        return Sql.lines("-- in a transaction, or a step, of its own:",
                "ALTER TYPE " + type.name().sql() + " ADD VALUE IF NOT EXISTS " + Identifiers.literal(value) + ";",
                "-- in the next one:", judged.statement().sql() + ";");
    }

    /** What may name the value without using it. */
    private static boolean harmless(Action action) {
        return switch (action) {
            case Action.AddEnumValue add -> true;
            case Action.Rename rename -> true;
            case Action.Comment comment -> true;
            case Action.CreateFunction function -> true;
            case Action.CreateEnum create -> true;
            default -> false;
        };
    }

    /** Types that got values in the open transaction and were there before it. */
    private static Stream<Schema.EnumType> added(Judged judged) {
        return judged.schema().types().stream().filter(Schema.EnumType.class::isInstance)
                .map(Schema.EnumType.class::cast).filter(type -> !type.fresh().isEmpty())
                .filter(type -> judged.passage().inTransaction() && judged.passage()
                        .inSameTransaction(each -> each.actions(Action.CreateEnum.class)
                                .anyMatch(create -> judged.schema().resolve(create.type()).equals(type.name())))
                        .isEmpty());
    }

    private static boolean says(Judged judged, String value) {
        return judged.statement().sql().contains(Identifiers.literal(value));
    }

    /** Whether there is no doubt that the literal is of the type: it is cast to it, or the table has such a column. */
    private static boolean certain(Judged judged, Schema.EnumType type, String value) {
        String cast = "(?s).*" + Pattern.quote(Identifiers.literal(value)) + "\\s*::\\s*(\\w+\\.)?"
                + Pattern.quote(Sql.quote(type.name().name())) + "\\b.*";
        return judged.statement().sql().matches(cast) || judged.actions(Action.OnTable.class)
                .anyMatch(on -> judged.schema().columnsOf(type.name()).stream()
                        .anyMatch(column -> column.table().equals(judged.schema().resolve(on.table()))));
    }
}
