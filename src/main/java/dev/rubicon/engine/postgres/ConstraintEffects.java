package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.ROW_SHARE;
import static dev.rubicon.engine.facts.LockMode.SHARE;
import static dev.rubicon.engine.facts.LockMode.SHARE_ROW_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE_UPDATE_EXCLUSIVE;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.ForeignKey;
import dev.rubicon.engine.facts.Schema.Index;
import java.util.List;

/** What constraints do when they come, are checked and go. */
final class ConstraintEffects {

    private final Effects effects;
    private final Schema schema;

    ConstraintEffects(Effects effects) {
        this.effects = effects;
        this.schema = effects.schema();
    }

    void add(Action.AddConstraint add) {
        Constraint constraint = add.constraint();
        if (!constraint.enforced()) {
            effects.needs(18);
        }
        switch (constraint.kind()) {
            case CHECK -> check(add.table(), constraint);
            case NOT_NULL -> notNull(add.table(), constraint);
            case PRIMARY_KEY, UNIQUE, EXCLUDE -> index(add.table(), constraint);
            case FOREIGN_KEY -> foreignKey(add.table(), constraint);
        }
    }

    private void check(QualifiedName table, Constraint constraint) {
        effects.lockFamily(table, ACCESS_EXCLUSIVE, "it gets a CHECK");
        if (constraint.enforced() && !constraint.notValid()) {
            effects.scanFamily(table);
        }
    }

    private void notNull(QualifiedName table, Constraint constraint) {
        effects.needs(18);
        effects.lockFamily(table, ACCESS_EXCLUSIVE, "it gets a NOT NULL");
        if (!constraint.notValid()) {
            constraint.columns().forEach(column -> effects.stored(table)
                    .forEach(each -> new NotNullProof(effects).scanUnlessProved(each, column)));
        }
    }

    /** A constraint with an index: built under the lock, or taken over from an index that is there. */
    void index(QualifiedName table, Constraint constraint) {
        effects.lock(table, ACCESS_EXCLUSIVE, "it gets a " + constraint.kind().word());
        if (constraint.nullsNotDistinct()) {
            effects.needs(15);
        }
        String index = constraint.usingIndex();
        if (index != null) {
            effects.lockIndex(table.sibling(index), SHARE_UPDATE_EXCLUSIVE, "it becomes the constraint's");
            takenOver(table, constraint, table.sibling(index));
            return;
        }
        if (effects.version() >= 18) {
            effects.lockFamily(table, ACCESS_EXCLUSIVE, "it gets a " + constraint.kind().word());
        } else {
            effects.partitions(table).forEach(part -> effects.lock(part, SHARE, "its part of the index is built"));
        }
        effects.scanParts(table);
    }

    /** A primary key sets its columns NOT NULL, which reads the table unless they are already or are proved to be. */
    private void takenOver(QualifiedName table, Constraint constraint, QualifiedName index) {
        if (constraint.kind() != Constraint.Kind.PRIMARY_KEY) {
            return;
        }
        List<String> columns = schema.index(index).map(Index::columns).orElse(List.of());
        columns.forEach(column -> new NotNullProof(effects).scanUnlessProved(table, column));
        if (columns.isEmpty()) {
            effects.scan(table);
        }
    }

    private void foreignKey(QualifiedName table, Constraint constraint) {
        effects.lockParts(table, SHARE_ROW_EXCLUSIVE, "it gets a foreign key");
        QualifiedName parent = referenced(table, constraint);
        if (constraint.notValid() && effects.partitioned(table)) {
            effects.needs(18);
        }
        if (constraint.enforced() && !constraint.notValid()) {
            effects.scanParts(table);
            effects.scanParts(parent);
        }
    }

    /** Locks the referenced table, which gets triggers, and gives its name. */
    QualifiedName referenced(QualifiedName table, Constraint constraint) {
        QualifiedName parent = constraint.references() == null ? table : constraint.references();
        if (!schema.resolve(parent).equals(schema.resolve(table))) {
            effects.lockParts(parent, SHARE_ROW_EXCLUSIVE, "the new foreign key references it");
        }
        return parent;
    }

    void validate(Action.ValidateConstraint validate) {
        QualifiedName table = validate.table();
        ConstraintState state = schema.constraint(table, validate.constraint()).orElse(null);
        if (state == null) {
            effects.lock(table, SHARE_UPDATE_EXCLUSIVE, "its rows are checked");
            effects.scan(table);
        } else if (state.valid()) {
            effects.lock(table, SHARE_UPDATE_EXCLUSIVE, "VALIDATE looks at it, though it is valid already");
            effects.learned(validate.constraint() + " is valid already, so no row is read");
        } else if (state.definition().kind() == Constraint.Kind.FOREIGN_KEY) {
            effects.lockParts(table, SHARE_UPDATE_EXCLUSIVE, "its rows are checked");
            effects.scanParts(table);
            QualifiedName parent = state.definition().references() == null ? table : state.definition().references();
            effects.lock(parent, ROW_SHARE, "the foreign key references it");
            effects.scanParts(parent);
        } else {
            effects.lockFamily(table, SHARE_UPDATE_EXCLUSIVE, "its rows are checked");
            effects.scanFamily(table);
        }
    }

    void alter(Action.AlterConstraint alter) {
        effects.lockParts(alter.table(), ACCESS_EXCLUSIVE, "a constraint changes in the catalog alone");
    }

    void drop(Action.DropConstraint drop) {
        QualifiedName table = drop.table();
        ConstraintState state = schema.constraint(table, drop.constraint()).orElse(null);
        effects.lock(table, ACCESS_EXCLUSIVE, "it loses a constraint");
        if (state == null) {
            return;
        }
        effects.lockFamily(table, ACCESS_EXCLUSIVE, "it loses a constraint");
        switch (state.definition().kind()) {
            case FOREIGN_KEY -> new Severing(effects).references(new ForeignKey(schema.resolve(table), state),
                    ACCESS_EXCLUSIVE);
            case PRIMARY_KEY, UNIQUE, EXCLUDE -> dropIndex(table, drop, state);
            case CHECK, NOT_NULL -> {}
        }
    }

    private void dropIndex(QualifiedName table, Action.DropConstraint drop, ConstraintState state) {
        QualifiedName index = schema.resolve(table).sibling(drop.constraint());
        effects.lockIndex(index, ACCESS_EXCLUSIVE, "it goes with the constraint");
        if (drop.cascade()) {
            new Severing(effects).keysTo(table, state.definition().columns());
        }
    }
}
