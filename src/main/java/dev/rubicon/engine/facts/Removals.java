package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Schema.ColumnName;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.ForeignKey;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.Relation;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What goes when something is dropped. */
final class Removals {

    private final Schema schema;

    Removals(Schema schema) {
        this.schema = schema;
    }

    void drop(Action.Drop drop) {
        drop.names().forEach(name -> drop(drop, name));
    }

    private void drop(Action.Drop drop, QualifiedName written) {
        QualifiedName name = schema.resolve(written);
        QualifiedName on = drop.on() == null ? null : schema.resolve(drop.on());
        switch (drop.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, SEQUENCE -> schema.relation(name).ifPresentOrElse(
                    each -> relation(each, drop.cascade()), () -> schema.gone(drop.kind(), name, null));
            case INDEX -> schema.index(name).ifPresentOrElse(this::index, () -> schema.gone(drop.kind(), name, null));
            case TYPE, DOMAIN -> type(name, drop.cascade());
            case FUNCTION -> function(name, drop.cascade());
            case TRIGGER -> trigger(Objects.requireNonNullElse(on, name), written.name());
            case SCHEMA -> inSchema(written.name());
            case POLICY, RULE, EXTENSION, ROLE, DATABASE, OTHER -> schema.gone(drop.kind(), written, on);
            case COLUMN, CONSTRAINT, ENUM_VALUE -> {}
        }
    }

    void relation(Relation relation, boolean cascade) {
        QualifiedName name = relation.name();
        schema.partitionsOf(name).forEach(each -> relation(each, cascade));
        if (cascade) {
            schema.childrenOf(name).forEach(each -> relation(each, true));
            schema.viewsOn(name).forEach(each -> relation(each, true));
            schema.foreignKeysTo(name).stream().filter(each -> !each.table().equals(name))
                    .forEach(each -> constraint(each.table(), each.constraint().name(), false));
        }
        schema.indexesOf(name).forEach(schema::remove);
        sequencesOf(name, each -> true).forEach(schema::remove);
        schema.relation(name).ifPresent(schema::remove);
    }

    private List<Relation> sequencesOf(QualifiedName table, Predicate<ColumnName> column) {
        return schema.naming(table).stream().map(schema::relation).flatMap(Optional::stream).filter(each -> {
            ColumnName owner = each.details().ownedBy();
            return owner != null && owner.table().equals(table) && column.test(owner);
        }).toList();
    }

    /** With the partitions' parts of it. */
    private void index(Index index) {
        schema.naming(index.name()).stream().map(schema::index).flatMap(Optional::stream)
                .filter(each -> index.name().equals(each.parent())).forEach(this::index);
        schema.remove(index);
    }

    /** @param table resolved */
    void column(QualifiedName table, String column, boolean cascade) {
        Relation relation = schema.relation(table).orElse(null);
        if (relation != null) {
            if (cascade) {
                schema.viewsOn(table, column).forEach(each -> relation(each, true));
                generatedFrom(relation, column).forEach(each -> column(table, each.name(), true));
            }
            relation.constraints().values().stream().filter(each -> names(each.definition(), column))
                    .forEach(each -> constraint(table, each.name(), cascade));
            schema.indexesOf(table).stream().filter(each -> names(each, column)).forEach(this::index);
            sequencesOf(table, owner -> owner.column().equals(column)).forEach(schema::remove);
        }
        schema.change(table, edit -> edit.dropColumn(column));
        schema.childrenOf(table).forEach(child -> column(child.name(), column, cascade));
    }

    static List<ColumnState> generatedFrom(Relation relation, String column) {
        return relation.columns().values().stream().filter(each -> {
            Column.Generated generated = each.generated();
            return generated != null && generated.value().columns().contains(column);
        }).toList();
    }

    static boolean names(Constraint constraint, String column) {
        Expression check = constraint.check();
        return constraint.columns().contains(column) || check != null && check.columns().contains(column);
    }

    static boolean names(Index index, String column) {
        String where = index.where();
        return index.columns().contains(column) || index.include().contains(column)
                || index.columns().stream().anyMatch(key -> Words.isExpression(key) && Words.has(key, column))
                || where != null && Words.has(where, column);
    }

    /** @param table resolved */
    void constraint(QualifiedName table, String constraint, boolean cascade) {
        ConstraintState state = schema.constraint(table, constraint).orElse(null);
        if (state == null) {
            unknownConstraint(table, constraint);
            return;
        }
        Constraint definition = state.definition();
        schema.change(table, edit -> {
            edit.dropConstraint(constraint);
            if (definition.kind() == Constraint.Kind.NOT_NULL) {
                definition.columns().forEach(column -> edit.column(column, each -> each.withNotNull(false)));
            }
        });
        switch (definition.kind()) {
            case PRIMARY_KEY, UNIQUE, EXCLUDE -> key(table, state, cascade);
            case CHECK, NOT_NULL, FOREIGN_KEY -> schema.childrenOf(table).stream()
                    .filter(child -> child.constraints().containsKey(constraint))
                    .forEach(child -> constraint(child.name(), constraint, cascade));
        }
    }

    /** From 18 on each NOT NULL is a constraint with a name; elsewhere nothing has that name. */
    private void unknownConstraint(QualifiedName table, String constraint) {
        schema.change(table, edit -> {
            if (!edit.known) {
                edit.lost.add(constraint);
            }
            List.copyOf(edit.columns.keySet()).stream()
                    .filter(column -> ChosenNames.notNull(table, column).equals(constraint))
                    .forEach(column -> edit.column(column, each -> each.withNotNull(false)));
        });
    }

    private void key(QualifiedName table, ConstraintState key, boolean cascade) {
        if (cascade) {
            schema.foreignKeysTo(table).stream().filter(each -> reliesOn(each, key))
                    .forEach(each -> constraint(each.table(), each.constraint().name(), false));
        }
        Index index = schema.index(table.sibling(key.name())).orElse(null);
        if (index != null) {
            schema.naming(index.name()).stream().map(schema::index).flatMap(Optional::stream)
                    .filter(each -> index.name().equals(each.parent()))
                    .forEach(each -> constraint(each.table(), each.name().name(), cascade));
            schema.remove(index);
        }
    }

    static boolean reliesOn(ForeignKey foreign, ConstraintState key) {
        List<String> columns = foreign.constraint().definition().referencedColumns();
        if (key.definition().kind() != Constraint.Kind.PRIMARY_KEY
                && key.definition().kind() != Constraint.Kind.UNIQUE) {
            return false;
        }
        return columns.isEmpty()
                ? key.definition().kind() == Constraint.Kind.PRIMARY_KEY
                : key.definition().columns().size() == columns.size()
                        && key.definition().columns().containsAll(columns);
    }

    private void type(QualifiedName name, boolean cascade) {
        if (cascade) {
            schema.columnsOf(name).forEach(each -> column(each.table(), each.column(), true));
        }
        schema.type(name).ifPresentOrElse(schema::remove, () -> schema.gone(ObjectKind.TYPE, name, null));
    }

    private void function(QualifiedName name, boolean cascade) {
        if (cascade) {
            schema.relations().stream().filter(each -> each.details().triggers().containsValue(name))
                    .forEach(each -> schema.change(each.name(), edit -> edit.triggers.values().remove(name)));
        }
        schema.removeRoutine(name);
    }

    private void trigger(QualifiedName table, String trigger) {
        schema.change(table, edit -> {
            edit.triggers.remove(trigger);
            edit.traits.remove("trigger " + trigger);
            if (!edit.known) {
                edit.lost.add("trigger " + trigger);
            }
        });
    }

    private void inSchema(String name) {
        schema.relations().stream().filter(each -> in(each.name(), name)).forEach(each -> relation(each, true));
        schema.types().stream().filter(each -> in(each.name(), name)).forEach(schema::remove);
        schema.functions().stream().filter(each -> in(each.name(), name))
                .forEach(each -> schema.removeRoutine(each.name()));
        schema.gone(ObjectKind.SCHEMA, QualifiedName.of(name), null);
    }

    private static boolean in(QualifiedName name, @Nullable String schema) {
        return Objects.equals(name.schema(), schema);
    }
}
