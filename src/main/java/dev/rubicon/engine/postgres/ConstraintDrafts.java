package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.RelationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way back from changes of constraints, and from new indexes. */
final class ConstraintDrafts {

    private final Schema schema;

    ConstraintDrafts(Schema schema) {
        this.schema = schema;
    }

    Undo add(Action.AddConstraint add) {
        Constraint constraint = add.constraint();
        String name = constraint.name() == null ? chosen(add) : constraint.name();
        if (name == null) {
            return Undo.unknown("The server chooses the constraint's name, and it is not known here: name it yourself");
        }
        List<String> sql = new ArrayList<>();
        sql.add(Wordings.alter(add.table(), "DROP CONSTRAINT " + Identifiers.quote(name)));
        if (constraint.kind() == Constraint.Kind.PRIMARY_KEY) {
            // a primary key leaves its columns NOT NULL when it goes
            constraint.columns().stream().filter(column -> nullable(add.table(), column))
                    .forEach(column -> sql.add(Wordings.alterColumn(add.table(), column, "DROP NOT NULL")));
        }
        Undo undo = Undo.by("Drops the constraint that the statement adds", sql.toArray(String[]::new));
        return constraint.usingIndex() == null
                ? undo
                : undo.adding("The index goes with it: make it again where it is still needed");
    }

    private boolean nullable(QualifiedName table, String column) {
        return schema.column(table, column).filter(each -> Boolean.FALSE.equals(each.notNull())).isPresent();
    }

    /** The name that it has once the statement ran on the model. */
    private @Nullable String chosen(Action.AddConstraint add) {
        Schema after = schema.copy();
        after.apply(add);
        Set<String> before = schema.relation(add.table()).map(each -> each.constraints().keySet()).orElse(Set.of());
        return after.relation(add.table()).stream().flatMap(each -> each.constraints().keySet().stream())
                .filter(each -> !before.contains(each)).findFirst().orElse(null);
    }

    Undo drop(Action.DropConstraint drop) {
        QualifiedName table = drop.table();
        ConstraintState state = schema.constraint(table, drop.constraint()).orElse(null);
        boolean absent = state == null && drop.ifExists()
                && schema.relation(table).filter(Schema.Relation::known).isPresent();
        if (absent) {
            return Undo.nothing(drop.constraint() + " is not there");
        }
        String definition = state == null ? null : Wordings.definition(state);
        if (definition == null || state == null) {
            return Undo.unknown("The definition of " + Identifiers.quote(drop.constraint()) + " of " + table
                    + " is not known here; write it down, or judge with the catalog of a target");
        }
        List<String> foreignKeys = drop.cascade() ? dependent(table, state) : List.of();
        Undo undo = Undo.by(
                "Adds the constraint again. It loses nothing, but rows that it forbids and that were written since stand in its way",
                statements(table, state, definition).toArray(String[]::new))
                .within("until a row that it forbids is written");
        undo = forbidden(undo, table, state);
        return foreignKeys.isEmpty()
                ? undo
                : undo.adding("CASCADE takes along " + String.join(", ", foreignKeys)
                        + ", which have to be added again too");
    }

    private List<String> dependent(QualifiedName table, ConstraintState key) {
        return schema.foreignKeysTo(table).stream().filter(each -> !each.constraint().equals(key))
                .map(each -> each.constraint().name() + " of " + Wordings.shown(each.table())).toList();
    }

    /** Checks and foreign keys first for new rows only, and then for all, which lets others write meanwhile. */
    private List<String> statements(QualifiedName table, ConstraintState state, String definition) {
        String add = Wordings.alter(table, "ADD " + definition);
        return switch (state.definition().kind()) {
            case PRIMARY_KEY, UNIQUE, EXCLUDE, NOT_NULL -> List.of(add);
            case CHECK, FOREIGN_KEY -> {
                String validate = Wordings.alter(table, "VALIDATE CONSTRAINT " + Identifiers.quote(state.name()));
                yield !state.valid()
                        ? List.of(add + " NOT VALID")
                        : schema.fresh(table) ? List.of(add) : List.of(add + " NOT VALID", validate);
            }
        };
    }

    private static Undo forbidden(Undo undo, QualifiedName table, ConstraintState state) {
        Constraint constraint = state.definition();
        List<String> columns = constraint.columns();
        return switch (constraint.kind()) {
            case CHECK -> undo.counting(table, "NOT (" + Objects.requireNonNull(constraint.check()).sql() + ")");
            case NOT_NULL -> undo.counting(table, Identifiers.quote(columns.getFirst()) + " IS NULL");
            case FOREIGN_KEY -> orphans(undo, table, constraint);
            case UNIQUE, PRIMARY_KEY ->
                undo.counting(table, "(%1$s) IN (SELECT %1$s FROM %2$s GROUP BY %1$s HAVING count(*) > 1)"
                        .formatted(Wordings.names(columns), table.sql()));
            case EXCLUDE -> undo;
        };
    }

    private static Undo orphans(Undo undo, QualifiedName table, Constraint key) {
        List<String> referenced = key.referencedColumns();
        QualifiedName to = key.references();
        if (to == null || referenced.size() != key.columns().size()) {
            return undo;
        }
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < referenced.size(); i++) {
            pairs.add("p.%s = %s.%s".formatted(Identifiers.quote(referenced.get(i)), Identifiers.quote(table.name()),
                    Identifiers.quote(key.columns().get(i))));
        }
        String given = key.columns().stream().map(each -> Identifiers.quote(each) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return undo.counting(table, "%s AND NOT EXISTS (SELECT FROM %s p WHERE %s)".formatted(given,
                Wordings.shown(to).sql(), String.join(" AND ", pairs)));
    }

    Undo createIndex(Action.CreateIndex create) {
        QualifiedName name = create.name() == null ? chosen(create) : create.name();
        if (name == null) {
            return Undo.unknown("The server chooses the index's name, and it is not known here: name it yourself");
        }
        if (create.ifNotExists() && schema.index(name).isPresent()) {
            return Undo.nothing(name + " is there already, and the statement leaves it alone");
        }
        boolean partitioned = schema.relation(create.table())
                .filter(each -> each.kind() == RelationKind.PARTITIONED_TABLE).isPresent();
        Undo undo = Undo.by("Drops the index that the statement makes",
                "DROP INDEX " + (create.concurrently() && !partitioned ? "CONCURRENTLY " : "") + name.sql());
        return create.ifNotExists() ? undo.adding(ObjectDrafts.perhapsBefore(name.sql())) : undo;
    }

    private @Nullable QualifiedName chosen(Action.CreateIndex create) {
        Schema after = schema.copy();
        after.apply(create);
        List<QualifiedName> before = schema.indexesOf(create.table()).stream().map(Index::name).toList();
        return after.indexesOf(create.table()).stream().map(Index::name).filter(each -> !before.contains(each))
                .map(each -> create.table().sibling(each.name())).findFirst().orElse(null);
    }
}
