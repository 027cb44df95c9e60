package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Schema.ColumnName;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Domain;
import dev.rubicon.engine.facts.Schema.EnumType;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.OtherType;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.Routine;
import dev.rubicon.engine.facts.Schema.Type;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** New names, carried to everything that names what has them. */
final class Renames {

    private final Schema schema;

    Renames(Schema schema) {
        this.schema = schema;
    }

    void rename(Action.Rename rename) {
        QualifiedName object = schema.resolve(rename.object());
        QualifiedName to = object.sibling(rename.to());
        String member = rename.member();
        switch (rename.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, SEQUENCE, INDEX -> relation(rename.kind(), object, to);
            case COLUMN -> column(object, String.valueOf(member), rename.to());
            case CONSTRAINT -> constraint(object, String.valueOf(member), rename.to());
            case TYPE, DOMAIN -> type(object, to);
            case ENUM_VALUE -> value(object, String.valueOf(member), rename.to());
            case FUNCTION -> routine(object, to);
            case TRIGGER -> schema.change(object, edit -> Edit.rekey(edit.triggers, String.valueOf(member),
                    rename.to(), function -> function));
            case SCHEMA -> inSchema(rename.object().name(), rename.to());
            case POLICY, RULE -> {
                schema.gone(rename.kind(), QualifiedName.of(String.valueOf(member)), object);
                schema.made(rename.kind(), QualifiedName.of(rename.to()), object);
            }
            case DATABASE, EXTENSION, ROLE, OTHER -> {}
        }
    }

    void move(Action.SetSchema move) {
        QualifiedName object = schema.resolve(move.object());
        QualifiedName to = new QualifiedName(move.schema(), object.name());
        switch (move.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, SEQUENCE, INDEX -> {
                relation(move.kind(), object, to);
                schema.indexesOf(to).forEach(each -> index(each, to.sibling(each.name().name())));
                schema.naming(to).stream().map(schema::relation).flatMap(Optional::stream)
                        .filter(each -> each.details().ownedBy() != null)
                        .forEach(each -> relation(Action.ObjectKind.SEQUENCE, each.name(),
                                to.sibling(each.name().name())));
            }
            case TYPE, DOMAIN -> type(object, to);
            case FUNCTION -> routine(object, to);
            case COLUMN, CONSTRAINT, ENUM_VALUE, TRIGGER, POLICY, RULE, SCHEMA, DATABASE, EXTENSION, ROLE, OTHER -> {}
        }
    }

    private void relation(Action.ObjectKind kind, QualifiedName from, QualifiedName to) {
        Index index = schema.index(from).orElse(null);
        if (index != null) {
            index(index, to);
            return;
        }
        if (kind == Action.ObjectKind.TABLE) {
            schema.change(from, edit -> {});
        } else if (schema.relation(from).isEmpty() && !schema.isComplete()) {
            unknown(kind, from, to);
        }
        Relation relation = schema.relation(from).orElse(null);
        if (relation == null) {
            return;
        }
        List<QualifiedName> naming = schema.naming(from);
        schema.remove(relation);
        Edit edit = Edit.of(relation);
        edit.name = to;
        if (!edit.known) {
            edit.given.add("table");
        }
        retarget(edit, from, to);
        schema.put(edit.done());
        for (QualifiedName name : naming) {
            if (!name.equals(from)) {
                schema.relation(name).ifPresent(each -> schema.change(name, other -> retarget(other, from, to)));
                schema.index(name).ifPresent(each -> schema.put(each.withTable(to)));
            }
        }
    }

    private void unknown(Action.ObjectKind kind, QualifiedName from, QualifiedName to) {
        schema.gone(kind, from, null);
        schema.made(kind, to, null);
    }

    private static void retarget(Edit edit, QualifiedName from, QualifiedName to) {
        edit.parent = from.equals(edit.parent) ? to : edit.parent;
        edit.inherits = edit.inherits.stream().map(each -> each.equals(from) ? to : each).toList();
        edit.reads = edit.reads.stream().map(each -> each.equals(from) ? to : each).toList();
        if (edit.uses.containsKey(from)) {
            Map<QualifiedName, Set<String>> uses = new LinkedHashMap<>(edit.uses);
            uses.put(to, Objects.requireNonNull(uses.remove(from)));
            edit.uses = uses;
        }
        ColumnName owner = edit.ownedBy;
        if (owner != null && owner.table().equals(from)) {
            edit.ownedBy = new ColumnName(to, owner.column());
        }
        edit.constraints.replaceAll((name, each) -> from.equals(each.definition().references())
                ? state(each, with(each.definition(), name, each.definition().columns(), to,
                        each.definition().referencedColumns(), each.definition().check()))
                : each);
    }

    private static ConstraintState state(ConstraintState before, Constraint definition) {
        return new ConstraintState(String.valueOf(definition.name()), definition, before.valid(), before.made());
    }

    private static Constraint with(Constraint one, String name, List<String> columns,
            @Nullable QualifiedName references, List<String> referenced, @Nullable Expression check) {
        return new Constraint(name, one.kind(), columns, check, references, referenced, one.notValid(),
                one.enforced(), one.usingIndex(), one.deferrable(), one.nullsNotDistinct(), one.sql());
    }

    /** The index of a key gives the key its name. */
    private void index(Index index, QualifiedName to) {
        schema.remove(index);
        schema.put(index.withName(to));
        schema.naming(index.name()).stream().map(schema::index).flatMap(Optional::stream)
                .forEach(part -> schema.put(part.withParent(to)));
        if (index.behind()) {
            schema.change(index.table(), edit -> rename(edit, index.name().name(), to.name()));
        }
    }

    private static void rename(Edit edit, String from, String to) {
        Edit.rekey(edit.constraints, from, to, each -> state(each, with(each.definition(), to,
                each.definition().columns(), each.definition().references(), each.definition().referencedColumns(),
                each.definition().check())));
    }

    private void constraint(QualifiedName table, String from, String to) {
        schema.change(table, edit -> {
            if (!edit.constraints.containsKey(from) && !edit.known) {
                edit.lost.add(from);
                edit.lost.remove(to);
                edit.given.remove("constraint " + from);
                edit.given.add("constraint " + to);
            }
            rename(edit, from, to);
        });
        schema.index(table.sibling(from)).filter(Index::behind).ifPresent(each -> {
            schema.remove(each);
            schema.put(each.withName(table.sibling(to)));
        });
        schema.childrenOf(table).stream().filter(each -> each.constraints().containsKey(from))
                .forEach(each -> constraint(each.name(), from, to));
    }

    private void column(QualifiedName table, String from, String to) {
        schema.change(table, edit -> {
            if (!edit.known && !edit.columns.containsKey(from)) {
                edit.columns.put(from, ColumnState.heardOf(from));
                edit.gone.remove(to);
            }
            Edit.rekey(edit.columns, from, to, each -> each.withName(to));
            if (!edit.known) {
                edit.gone.add(from);
                edit.gone.remove(to);
                edit.given.remove("column " + from);
                edit.given.add("column " + to);
            }
            edit.columns.replaceAll((name, each) -> renamed(each, from, to));
            edit.constraints.replaceAll((name, each) -> state(each, renamed(each.definition(), from, to)));
        });
        for (QualifiedName name : schema.naming(table)) {
            schema.index(name).filter(each -> Removals.names(each, from))
                    .ifPresent(each -> schema.put(renamed(each, from, to)));
            schema.relation(name).ifPresent(each -> schema.change(name, edit -> referenced(edit, table, from, to)));
        }
        schema.childrenOf(table).forEach(child -> column(child.name(), from, to));
    }

    /** Foreign keys of other tables, views and sequences that name the column. */
    private static void referenced(Edit edit, QualifiedName table, String from, String to) {
        edit.constraints.replaceAll((name, each) -> table.equals(each.definition().references())
                ? state(each, with(each.definition(), name, each.definition().columns(), table,
                        renamed(each.definition().referencedColumns(), from, to), each.definition().check()))
                : each);
        if (edit.uses.containsKey(table)) {
            Map<QualifiedName, Set<String>> uses = new LinkedHashMap<>(edit.uses);
            uses.computeIfPresent(table, (key, columns) -> new LinkedHashSet<>(
                    renamed(List.copyOf(columns), from, to)));
            edit.uses = uses;
        }
        if (new ColumnName(table, from).equals(edit.ownedBy)) {
            edit.ownedBy = new ColumnName(table, to);
        }
    }

    private static ColumnState renamed(ColumnState column, String from, String to) {
        Column.Generated generated = column.generated();
        return generated == null
                ? column
                : column.withGenerated(
                        new Column.Generated(generated.stored(), renamed(generated.value(), from, to)));
    }

    private static Constraint renamed(Constraint constraint, String from, String to) {
        Expression check = constraint.check();
        return with(constraint, String.valueOf(constraint.name()), renamed(constraint.columns(), from, to),
                constraint.references(), constraint.referencedColumns(),
                check == null ? null : renamed(check, from, to));
    }

    private static Index renamed(Index index, String from, String to) {
        String where = index.where();
        return index.withColumns(
                index.columns().stream().map(key -> Words.isExpression(key)
                        ? Words.renamed(key, from, to)
                        : key.equals(from) ? to : key).toList(),
                renamed(index.include(), from, to), where == null ? null : Words.renamed(where, from, to));
    }

    private static List<String> renamed(List<String> columns, String from, String to) {
        return columns.stream().map(each -> each.equals(from) ? to : each).toList();
    }

    private static Expression renamed(Expression value, String from, String to) {
        return value.columns().contains(from)
                ? new Expression(Words.renamed(value.sql(), from, to), renamed(value.columns(), from, to),
                        value.functions(), value.constant(), renamed(value.demandsNotNull(), from, to))
                : value;
    }

    private static Set<String> renamed(Set<String> columns, String from, String to) {
        return new LinkedHashSet<>(renamed(List.copyOf(columns), from, to));
    }

    private void type(QualifiedName from, QualifiedName to) {
        List<ColumnName> columns = schema.columnsOf(from);
        Type type = schema.type(from).orElse(null);
        if (type == null) {
            unknown(Action.ObjectKind.TYPE, from, to);
            return;
        }
        schema.remove(type);
        schema.put(switch (type) {
            case Domain domain -> new Domain(to, domain.base(), domain.notNull(), domain.checks(), domain.made());
            case EnumType values -> new EnumType(to, values.values(), values.fresh(), values.made());
            case OtherType other -> new OtherType(to, other.made());
        });
        columns.forEach(each -> schema.change(each.table(), edit -> edit.column(each.column(), column -> {
            TypeName before = Objects.requireNonNull(column.type());
            return column.withType(
                    new TypeName(to.schema(), to.name(), before.modifiers(), before.array(), to.sql()));
        })));
    }

    private void value(QualifiedName name, String from, String to) {
        if (schema.type(name).orElse(null) instanceof EnumType type) {
            schema.put(new EnumType(name, renamed(type.values(), from, to), renamed(type.fresh(), from, to),
                    type.made()));
            schema.columnsOf(name).forEach(each -> schema.change(each.table(),
                    edit -> edit.column(each.column(), column -> withDefault(column, from, to))));
        }
    }

    private static ColumnState withDefault(ColumnState column, String from, String to) {
        Expression value = column.defaultValue();
        return value != null && SqlText.plain(value.sql()).equals(SqlText.plain(from))
                ? column.withDefault(new Expression(Identifiers.literal(to), Set.of(), List.of(), true, Set.of()))
                : column;
    }

    private void routine(QualifiedName from, QualifiedName to) {
        schema.routine(from).ifPresentOrElse(each -> {
            schema.removeRoutine(from);
            schema.put(new Routine(to, each.byArguments(), null));
        }, () -> unknown(Action.ObjectKind.FUNCTION, from, to));
    }

    private void inSchema(String from, String to) {
        schema.relations().stream().filter(each -> from.equals(each.name().schema()))
                .forEach(each -> relation(Action.ObjectKind.TABLE, each.name(), new QualifiedName(to, each.name().name())));
        schema.indexes().stream().filter(each -> from.equals(each.name().schema()))
                .forEach(each -> index(each, new QualifiedName(to, each.name().name())));
        schema.types().stream().filter(each -> from.equals(each.name().schema()))
                .forEach(each -> type(each.name(), new QualifiedName(to, each.name().name())));
        schema.functions().stream().filter(each -> from.equals(each.name().schema()))
                .forEach(each -> routine(each.name(), new QualifiedName(to, each.name().name())));
        schema.gone(Action.ObjectKind.SCHEMA, QualifiedName.of(from), null);
        schema.made(Action.ObjectKind.SCHEMA, QualifiedName.of(to), null);
    }
}
