package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.Dependent;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.plan.DataLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way back from DROP: what the model knows the definition of can be made again. */
final class DropDrafts {

    private final Schema schema;

    DropDrafts(Schema schema) {
        this.schema = schema;
    }

    Undo drop(Action.Drop drop) {
        return switch (drop.kind()) {
            case TABLE -> tables(drop);
            case INDEX -> indexes(drop);
            case VIEW, MATERIALIZED_VIEW -> remade(drop, this::view);
            case FUNCTION -> remade(drop, this::routine);
            case TYPE, DOMAIN -> types(drop);
            case SEQUENCE ->
                Undo.none(DataLoss.DERIVED, "Where " + names(drop) + " stood is gone with it. Make it again, "
                        + "to start behind the highest value that was taken from it");
            case SCHEMA -> schemas(drop);
            case EXTENSION -> drop.cascade()
                    ? Undo.none(DataLoss.TOTAL, "CASCADE takes along whatever uses the extension, columns with their "
                            + "values too")
                    : Undo.by("Makes it again", drop.names().stream()
                            .map(each -> "CREATE EXTENSION " + Identifiers.quote(each.name())).toArray(String[]::new));
            case TRIGGER, POLICY, RULE, FOREIGN_TABLE, ROLE, OTHER -> unknown(drop);
            case DATABASE -> Undo.none(DataLoss.TOTAL, "Everything in " + names(drop) + " is gone with it");
            case COLUMN, CONSTRAINT, ENUM_VALUE -> unknown(drop);
        };
    }

    private static String names(Action.Drop drop) {
        return drop.names().stream().map(QualifiedName::sql).collect(Collectors.joining(", "));
    }

    private static Undo unknown(Action.Drop drop) {
        String on = drop.on() == null ? "" : " on " + drop.on();
        return Undo.unknown("The definition of " + names(drop) + on + " is not known here; put it into the rollback");
    }

    private Undo tables(Action.Drop drop) {
        List<QualifiedName> there = drop.names().stream().filter(each -> !drop.ifExists() || mayBe(each)).toList();
        if (there.isEmpty()) {
            return Undo.nothing(names(drop) + " is not there");
        }
        if (there.stream().allMatch(each -> schema.relation(each).filter(Relation::made).isPresent())) {
            return Undo.none(there.stream().allMatch(schema::fresh) ? DataLoss.NONE : DataLoss.DERIVED,
                    names(drop) + " was made by a statement before: what made it makes it again");
        }
        Undo undo = Undo.none(DataLoss.TOTAL, "The rows of " + names(drop)
                + " are gone with DROP TABLE. Restore them from a backup into another database and copy them back")
                .counting(there.getFirst(), null);
        List<String> more = drop.cascade() ? also(there) : List.of();
        return more.isEmpty() ? undo : undo.adding("CASCADE takes along " + String.join(", ", more));
    }

    private boolean mayBe(QualifiedName table) {
        return schema.relation(table).isPresent() || !schema.isComplete() && !schema.gone(ObjectKind.TABLE, table);
    }

    private List<String> also(List<QualifiedName> tables) {
        return tables.stream().flatMap(each -> schema.dependents(each).stream()).map(Dependent::words).distinct()
                .toList();
    }

    private Undo indexes(Action.Drop drop) {
        List<Index> found = new ArrayList<>();
        for (QualifiedName name : drop.names()) {
            schema.index(name).ifPresent(found::add);
        }
        if (found.size() < drop.names().size()) {
            return drop.ifExists() && schema.isComplete() && found.isEmpty()
                    ? Undo.nothing(names(drop) + " is not there")
                    : Undo.unknown("The definition of " + names(drop)
                            + " is not known here; write it down, or judge with the catalog of a target");
        }
        boolean concurrently = found.size() == 1 && !schema.fresh(found.getFirst().table())
                && schema.partitionsOf(found.getFirst().table()).isEmpty();
        Undo undo = Undo.by("Makes the index again, which takes as long as the table is big",
                found.stream().map(each -> Wordings.definition(each, concurrently)).toArray(String[]::new));
        undo = found.stream().anyMatch(Index::unique)
                ? undo.within("until a row that a unique index forbids is written")
                : undo;
        return found.stream().allMatch(each -> each.definition() != null)
                ? undo
                : undo.adding("Operator classes and orders of its columns are not known here: compare");
    }

    /** Objects that are made again by their text. */
    private Undo remade(Action.Drop drop, java.util.function.Function<QualifiedName, @Nullable String> text) {
        List<String> sql = new ArrayList<>();
        for (QualifiedName name : drop.names()) {
            String definition = text.apply(name);
            if (definition == null) {
                return unknown(drop);
            }
            sql.add(definition);
        }
        List<String> more = drop.cascade() ? also(drop.names()) : List.of();
        Undo undo = Undo.by("Makes it again from its definition", sql.toArray(String[]::new));
        undo = drop.kind() == ObjectKind.MATERIALIZED_VIEW ? undo.losing(DataLoss.DERIVED) : undo;
        return more.isEmpty()
                ? undo
                : undo.adding("CASCADE takes along " + String.join(", ", more)
                        + ", which have to be made again too");
    }

    private @Nullable String view(QualifiedName name) {
        Relation view = schema.relation(name).orElse(null);
        String definition = view == null ? null : view.details().definition();
        return view == null || definition == null
                ? null
                : "CREATE %s %s AS\n%s".formatted(
                        view.kind() == Schema.RelationKind.MATERIALIZED_VIEW ? "MATERIALIZED VIEW" : "VIEW",
                        name.sql(), definition.strip().replaceAll(";$", ""));
    }

    private @Nullable String routine(QualifiedName name) {
        return schema.routine(name).map(Schema.Routine::definition).map(each -> each.strip().replaceAll(";$", ""))
                .orElse(null);
    }

    private Undo types(Action.Drop drop) {
        List<String> columns = drop.names().stream().flatMap(each -> schema.columnsOf(each).stream())
                .map(each -> Wordings.column(Wordings.shown(each.table()), each.column())).toList();
        if (drop.cascade() && !columns.isEmpty()) {
            return Undo.none(DataLoss.TOTAL, "CASCADE takes along " + String.join(", ", columns)
                    + " with all values. Restore them from a backup");
        }
        return remade(drop, this::type);
    }

    private @Nullable String type(QualifiedName name) {
        return switch (schema.type(name).orElse(null)) {
            case Schema.EnumType type -> type.values().stream().map(Identifiers::literal)
                    .collect(Collectors.joining(", ", "CREATE TYPE " + name.sql() + " AS ENUM (", ")"));
            case Schema.Domain domain -> "CREATE DOMAIN " + name.sql() + " AS " + Wordings.type(domain.base())
                    + (domain.notNull() ? " NOT NULL" : "")
                    + domain.checks().stream().map(Constraint::sql).map(each -> " " + each)
                            .collect(Collectors.joining());
            case Schema.OtherType other -> null;
            case null -> null;
        };
    }

    private static Undo schemas(Action.Drop drop) {
        return drop.cascade()
                ? Undo.none(DataLoss.TOTAL,
                        "Everything in " + names(drop) + " is gone with it. Restore it from a backup")
                : Undo.by("Makes it again; it was empty, or DROP would have been refused", drop.names().stream()
                        .map(each -> "CREATE SCHEMA " + Identifiers.quote(each.name())).toArray(String[]::new));
    }
}
