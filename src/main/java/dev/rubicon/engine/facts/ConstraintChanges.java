package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Constraints, with the indexes behind them. */
final class ConstraintChanges {

    private final Schema schema;
    private final IndexChanges indexes;

    ConstraintChanges(Schema schema, IndexChanges indexes) {
        this.schema = schema;
        this.indexes = indexes;
    }

    /** @param table resolved */
    void add(QualifiedName table, Constraint written) {
        ConstraintState state = new ConstraintState("", written, written.enforced() && !written.notValid(), true);
        put(table, state, null);
    }

    /**
     * @param state its name is not chosen yet
     * @param part of this index of the parent, or null
     */
    private void put(QualifiedName table, ConstraintState state, @Nullable QualifiedName part) {
        schema.change(table, edit -> {});
        if (schema.relation(table).isEmpty()) {
            return;
        }
        Constraint named = switch (state.definition().kind()) {
            case PRIMARY_KEY, UNIQUE, EXCLUDE -> indexed(table, state.definition(), part);
            case CHECK, FOREIGN_KEY, NOT_NULL -> named(table, state.definition());
        };
        String name = String.valueOf(named.name());
        schema.change(table, edit -> {
            edit.put(new ConstraintState(name, named, state.valid(), true));
            boolean notNull = named.kind() == Constraint.Kind.PRIMARY_KEY
                    || named.kind() == Constraint.Kind.NOT_NULL && state.valid();
            if (notNull) {
                named.columns().forEach(column -> edit.column(column, each -> each.withNotNull(true)));
            }
        });
        ConstraintState own = new ConstraintState(name, named, state.valid(), true);
        schema.childrenOf(table).forEach(child -> onPart(table, child.name(), own));
    }

    private Constraint named(QualifiedName table, Constraint written) {
        String name = written.name() == null ? ChosenNames.constraint(schema, table, written) : written.name();
        QualifiedName references = written.references();
        return with(written, name, written.columns(), references == null ? null : schema.resolve(references));
    }

    /** A key has an index of its name, one of its own or one that it takes over and renames. */
    private Constraint indexed(QualifiedName table, Constraint written, @Nullable QualifiedName part) {
        String taken = written.usingIndex();
        Index ready = taken == null ? null : schema.index(table.sibling(taken)).orElse(null);
        String name = written.name() != null ? written.name() : taken != null ? taken : chosen(table, written);
        List<String> columns = ready == null ? written.columns() : ready.columns();
        if (ready != null) {
            if (!ready.name().name().equals(name)) {
                schema.remove(ready);
            }
            schema.put(ready.withName(table.sibling(name)).withBehind(true));
        } else {
            schema.put(new Index(table.sibling(name), table, List.copyOf(columns), List.of(),
                    written.kind() != Constraint.Kind.EXCLUDE, true, null,
                    written.kind() == Constraint.Kind.EXCLUDE ? "gist" : "btree", part, true, null, true));
        }
        return with(written, name, columns, null);
    }

    private String chosen(QualifiedName table, Constraint written) {
        return switch (written.kind()) {
            case PRIMARY_KEY -> ChosenNames.primaryKey(schema, table).name();
            case EXCLUDE -> ChosenNames.index(schema, table, written.columns(), "excl").name();
            case UNIQUE, CHECK, FOREIGN_KEY, NOT_NULL ->
                ChosenNames.index(schema, table, written.columns(), "key").name();
        };
    }

    private static Constraint with(Constraint one, @Nullable String name, List<String> columns,
            @Nullable QualifiedName references) {
        return new Constraint(name, one.kind(), List.copyOf(columns), one.check(), references,
                one.referencedColumns(), one.notValid(), one.enforced(), null, one.deferrable(),
                one.nullsNotDistinct(), one.sql());
    }

    /** Gives a partition, or a table that inherits, what the parent's constraint means for it. */
    void onPart(QualifiedName parent, QualifiedName part, ConstraintState state) {
        Relation relation = schema.relation(part).orElse(null);
        if (relation == null) {
            return;
        }
        boolean partition = parent.equals(relation.parent());
        Constraint constraint = state.definition();
        switch (constraint.kind()) {
            case CHECK, NOT_NULL -> {
                if (!relation.constraints().containsKey(state.name())) {
                    put(part, state, null);
                }
            }
            case FOREIGN_KEY -> {
                if (partition && alike(relation, constraint) == null) {
                    boolean taken = relation.constraints().containsKey(state.name());
                    put(part, new ConstraintState("", taken ? unnamed(constraint) : constraint, state.valid(), true),
                            null);
                }
            }
            case PRIMARY_KEY, UNIQUE, EXCLUDE -> {
                if (partition) {
                    key(parent.sibling(state.name()), relation, constraint, state);
                }
            }
        }
    }

    private void key(QualifiedName index, Relation part, Constraint constraint, ConstraintState state) {
        ConstraintState own = alike(part, constraint);
        if (own == null) {
            put(part.name(), new ConstraintState("", unnamed(constraint), state.valid(), true), index);
        } else {
            schema.index(part.name().sibling(own.name())).ifPresent(each -> schema.put(each.withParent(index)));
        }
    }

    private static @Nullable ConstraintState alike(Relation part, Constraint constraint) {
        return part.constraints().values().stream().filter(each -> each.definition().kind() == constraint.kind()
                && each.definition().columns().equals(constraint.columns())).findFirst().orElse(null);
    }

    private static Constraint unnamed(Constraint constraint) {
        return with(constraint, null, constraint.columns(), constraint.references());
    }

    /** @param table resolved */
    void validate(QualifiedName table, String constraint) {
        schema.change(table, edit -> {
            ConstraintState state = edit.constraints.get(constraint);
            if (state != null) {
                edit.put(new ConstraintState(constraint, state.definition(), true, state.made()));
                if (state.definition().kind() == Constraint.Kind.NOT_NULL) {
                    state.definition().columns()
                            .forEach(column -> edit.column(column, each -> each.withNotNull(true)));
                }
            }
        });
        schema.childrenOf(table).forEach(child -> validate(child.name(), constraint));
    }
}
