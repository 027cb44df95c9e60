package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_EXCLUSIVE;

import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ForeignKey;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.RelationKind;
import java.util.List;

/** What is locked at the other end of something that goes: foreign keys have triggers there, views read it. */
final class Severing {

    private final Effects effects;
    private final Schema schema;

    Severing(Effects effects) {
        this.effects = effects;
        this.schema = effects.schema();
    }

    /** A whole table goes, with its partitions, indexes and sequences. */
    void table(QualifiedName table, boolean cascade) {
        if (!effects.stands(table)) {
            return;
        }
        one(table, cascade, "it is dropped");
        effects.partitions(table).forEach(each -> one(each, cascade, "it goes with " + effects.shown(table)));
        if (cascade) {
            effects.heirs(table).forEach(each -> one(each, true, "it goes with " + effects.shown(table)));
        }
        parent(table);
    }

    private void one(QualifiedName table, boolean cascade, String because) {
        effects.lock(table, ACCESS_EXCLUSIVE, because);
        schema.indexesOf(table).forEach(index -> effects.lockIndex(index.name(), ACCESS_EXCLUSIVE,
                "it goes with " + effects.shown(table)));
        effects.sequencesOf(table).forEach(sequence -> effects.lock(sequence, ACCESS_EXCLUSIVE,
                "it goes with " + effects.shown(table)));
        schema.foreignKeysFrom(table).stream().filter(key -> !inherited(table, key))
                .forEach(key -> references(key, ACCESS_EXCLUSIVE));
        if (cascade) {
            schema.foreignKeysTo(table).forEach(key -> effects.lockFamily(key.table(), ACCESS_EXCLUSIVE,
                    "its foreign key " + key.constraint().name() + " goes too"));
            schema.viewsOn(table).forEach(view -> view(view.name()));
        }
    }

    /** A partition's share of its parent's foreign key has no trigger of its own on the other table. */
    private boolean inherited(QualifiedName table, ForeignKey key) {
        QualifiedName parent = schema.relation(table).map(Relation::parent).orElse(null);
        return parent != null && schema.foreignKeysFrom(parent).stream()
                .anyMatch(each -> each.constraint().name().equals(key.constraint().name()));
    }

    /** A partition leaves its parent, and the DEFAULT partition may take its rows from now on. */
    private void parent(QualifiedName table) {
        QualifiedName parent = schema.relation(table).map(Relation::parent).orElse(null);
        if (parent != null) {
            effects.lock(parent, ACCESS_EXCLUSIVE, "it loses a partition");
            effects.defaultPartition(parent).forEach(each -> effects.lock(each, ACCESS_EXCLUSIVE,
                    "it takes the rows of the missing partition from now on"));
        }
    }

    /** Foreign keys on the column from here and to here. */
    void columnKeys(QualifiedName table, String column) {
        schema.foreignKeysFrom(table).stream()
                .filter(key -> key.constraint().definition().columns().contains(column))
                .forEach(key -> references(key, ACCESS_EXCLUSIVE));
        schema.foreignKeysTo(table).stream().filter(key -> referenced(table, key).contains(column))
                .forEach(this::pointing);
    }

    private List<String> referenced(QualifiedName table, ForeignKey key) {
        Constraint definition = key.constraint().definition();
        return definition.referencedColumns().isEmpty()
                ? schema.primaryKey(table).map(each -> each.definition().columns()).orElse(List.of())
                : definition.referencedColumns();
    }

    /** Foreign keys that need this key of the table. */
    void keysTo(QualifiedName table, List<String> columns) {
        schema.foreignKeysTo(table).stream().filter(key -> referenced(table, key).equals(columns))
                .forEach(this::pointing);
    }

    private void pointing(ForeignKey key) {
        effects.lockFamily(key.table(), ACCESS_EXCLUSIVE, "its foreign key " + key.constraint().name() + " goes too");
    }

    void references(ForeignKey key, LockMode mode) {
        QualifiedName parent = key.constraint().definition().references();
        if (parent != null) {
            effects.lockFamily(parent, mode, "the foreign key " + key.constraint().name() + " has triggers on it");
        }
    }

    /** A view goes, with those that read it. */
    void view(QualifiedName view) {
        if (!effects.stands(view)) {
            return;
        }
        effects.lock(view, ACCESS_EXCLUSIVE, "it goes too");
        schema.indexesOf(view).forEach(index -> effects.lockIndex(index.name(), ACCESS_EXCLUSIVE, "it goes too"));
        schema.viewsOn(view).forEach(each -> view(each.name()));
    }

    /** Whatever relation it is. */
    void relation(Relation relation) {
        if (relation.kind() == RelationKind.VIEW || relation.kind() == RelationKind.MATERIALIZED_VIEW) {
            view(relation.name());
        } else {
            table(relation.name(), true);
        }
    }
}
