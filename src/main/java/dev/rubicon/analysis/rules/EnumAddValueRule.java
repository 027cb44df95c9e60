package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.plan.Severity;
import java.util.List;
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
        // looked through once for each statement of a transaction, which may be long
        if (judged.statement().sql().indexOf('\'') >= 0
                && judged.actions().stream().noneMatch(EnumAddValueRule::harmless)) {
            added(judged).filter(add -> says(judged, add.value())).findFirst()
                    .ifPresent(add -> findings.add(PAGE, certain(judged, add) ? Severity.BLOCKING : Severity.WARNING, judged,
                            "Value " + Identifiers.literal(add.value()) + " was added to " + add.type()
                                    + " in the same transaction, so using it fails with error 55P04",
                            "-- in a transaction, or a step, of its own:\nALTER TYPE " + add.type().sql() + " ADD VALUE "
                                    + Identifiers.literal(add.value()) + ";\n-- in the next one:\n"
                                    + judged.statement().sql() + ";"));
        }
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

    /** Values added in the open transaction to types that were there before it. */
    private static Stream<Action.AddEnumValue> added(Judged judged) {
        List<Judged> before = judged.passage().transaction();
        if (!anyAdded(before)) {
            return Stream.empty();
        }
        return before.stream().flatMap(each -> each.actions(Action.AddEnumValue.class))
                .filter(add -> before.stream().flatMap(each -> each.actions(Action.CreateEnum.class))
                        .noneMatch(create -> create.type().same(add.type())));
    }

    private static boolean anyAdded(List<Judged> before) {
        for (Judged each : before) {
            for (Action action : each.actions()) {
                if (action instanceof Action.AddEnumValue) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean says(Judged judged, String value) {
        return judged.statement().sql().contains(Identifiers.literal(value));
    }

    /** Whether the text leaves no doubt that the literal is of the type: it is cast to it. */
    private static boolean certain(Judged judged, Action.AddEnumValue add) {
        String sql = judged.statement().sql().replaceAll("\\s+", "");
        return sql.contains(Identifiers.literal(add.value()) + "::" + add.type().sql())
                || sql.contains(Identifiers.literal(add.value()) + "::" + add.type().name()) || column(judged, add);
    }

    /** Whether the statement is about a table that is known to have a column of the type. */
    private static boolean column(Judged judged, Action.AddEnumValue add) {
        return judged.actions(Action.OnTable.class).flatMap(on -> judged.schema().relation(on.table()).stream())
                .flatMap(table -> table.columns().values().stream()).map(Schema.ColumnState::type)
                .anyMatch(type -> type != null && new QualifiedName(type.schema(), type.name()).same(add.type()));
    }
}
