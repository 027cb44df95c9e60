package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;
import java.util.stream.Stream;

/** The names in a statement. */
final class GivenNames {

    private GivenNames() {}

    /** @param what the kind of thing that gets the name, in words */
    record Name(String what, String name) {}

    /** GivenNames that the statement gives to something new, as written. */
    static Stream<Name> made(Judged judged) {
        return judged.actions().stream().flatMap(GivenNames::made);
    }

    private static Stream<Name> made(Action action) {
        return switch (action) {
            case Action.CreateTable create -> Stream.concat(one("table", create.table()), Stream.concat(
                    create.columns().stream().flatMap(GivenNames::column), constraints(create.constraints())));
            case Action.AddColumn add -> column(add.column());
            case Action.AddConstraint add -> constraints(List.of(add.constraint()));
            case Action.CreateIndex create -> Stream.ofNullable(create.name()).flatMap(name -> one("index", name));
            case Action.CreateView create -> one("view", create.view());
            case Action.CreateSequence create -> one("sequence", create.sequence());
            case Action.CreateEnum create -> one("type", create.type());
            case Action.CreateDomain create -> one("domain", create.domain());
            case Action.CreateType create -> one("type", create.type());
            case Action.CreateFunction create -> one("function", create.function());
            case Action.CreateTrigger create -> Stream.of(new Name("trigger", create.trigger()));
            case Action.CreatePolicy create -> Stream.of(new Name("policy", create.policy()));
            case Action.CreateSchema create -> Stream.of(new Name("schema", create.schema()));
            case Action.Rename rename -> rename.kind() == Action.ObjectKind.ENUM_VALUE
                    ? Stream.empty()
                    : Stream.of(new Name(rename.kind().word().toLowerCase(java.util.Locale.ROOT), rename.to()));
            default -> Stream.empty();
        };
    }

    private static Stream<Name> one(String what, QualifiedName name) {
        return Stream.of(new Name(what, name.name()));
    }

    private static Stream<Name> column(Column column) {
        return Stream.concat(Stream.of(new Name("column", column.name())), constraints(column.constraints()));
    }

    private static Stream<Name> constraints(List<Constraint> constraints) {
        return constraints.stream().flatMap(each -> Stream.ofNullable(each.name()))
                .map(name -> new Name("constraint", name));
    }

    /** Relations and types that an action of the schema names; an index has the schema of its table. */
    static Stream<QualifiedName> relations(Action action) {
        return switch (action) {
            case Action.CreateTable create -> create.persistence() == Action.Persistence.TEMPORARY
                    ? Stream.empty()
                    : Stream.concat(Stream.of(create.table()), Stream.ofNullable(create.partitionOf()));
            case Action.OnTable on -> Stream.of(on.table());
            case Action.Drop drop -> drop.on() != null ? Stream.of(drop.on()) : dropped(drop);
            case Action.Rename rename -> rename.kind() == Action.ObjectKind.SCHEMA
                    ? Stream.empty()
                    : Stream.of(rename.object());
            case Action.CreateView create -> Stream.of(create.view());
            case Action.CreateSequence create -> Stream.of(create.sequence());
            case Action.CreateEnum create -> Stream.of(create.type());
            case Action.CreateDomain create -> Stream.of(create.domain());
            case Action.CreateType create -> Stream.of(create.type());
            case Action.CreateFunction create -> Stream.of(create.function());
            default -> Stream.empty();
        };
    }

    private static Stream<QualifiedName> dropped(Action.Drop drop) {
        return switch (drop.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, TYPE, DOMAIN, FUNCTION, INDEX, FOREIGN_TABLE ->
                drop.names().stream();
            case COLUMN, CONSTRAINT, ENUM_VALUE, TRIGGER, POLICY, RULE, SCHEMA, DATABASE, EXTENSION, ROLE, OTHER ->
                Stream.empty();
        };
    }
}
