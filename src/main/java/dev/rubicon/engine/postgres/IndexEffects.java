package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE;
import static dev.rubicon.engine.facts.LockMode.SHARE_UPDATE_EXCLUSIVE;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.Relation;
import java.util.List;

/** What building, rebuilding and dropping indexes does. */
final class IndexEffects {

    private final Effects effects;
    private final Schema schema;

    IndexEffects(Effects effects) {
        this.effects = effects;
        this.schema = effects.schema();
    }

    void create(Action.CreateIndex create) {
        QualifiedName table = create.table();
        LockMode mode = create.concurrently() ? SHARE_UPDATE_EXCLUSIVE : SHARE;
        if (create.nullsNotDistinct()) {
            effects.needs(15);
        }
        QualifiedName name = create.name();
        if (create.ifNotExists() && name != null && schema.index(name).isPresent()) {
            effects.lock(table, mode, "it would get an index, which is there already");
        } else if (create.only()) {
            effects.lock(table, mode, "it gets an index that covers no partition yet");
            if (!effects.partitioned(table)) {
                effects.scan(table);
            }
        } else {
            effects.lockParts(table, mode, "an index is built on it");
            effects.scanParts(table);
        }
    }

    void drop(Action.Drop drop) {
        LockMode mode = drop.concurrently() ? SHARE_UPDATE_EXCLUSIVE : ACCESS_EXCLUSIVE;
        for (QualifiedName name : drop.names()) {
            Index index = schema.index(name).orElse(null);
            if (index != null) {
                drop(index, mode);
            } else if (!schema.isComplete() && !schema.gone(ObjectKind.INDEX, name)) {
                effects.lockIndex(name, mode, "it is dropped");
            }
        }
    }

    private void drop(Index index, LockMode mode) {
        effects.lock(index.table(), mode, "it loses index " + effects.shown(index.name()));
        effects.lockIndex(index.name(), mode, "it is dropped");
        parts(index).forEach(part -> drop(part, mode));
    }

    private List<Index> parts(Index index) {
        return schema.partitionsOf(index.table()).stream().flatMap(part -> schema.indexesOf(part.name()).stream())
                .filter(part -> index.name().equals(part.parent())).toList();
    }

    /** The planner locks every index of a table: while one is rebuilt not concurrently, reads of the table wait too. */
    void reindex(Action.Reindex reindex) {
        QualifiedName name = reindex.name();
        if (reindex.kind() == ObjectKind.INDEX && name != null) {
            schema.index(name).ifPresentOrElse(index -> rebuild(index, reindex.concurrently()),
                    () -> effects.lockIndex(name, mode(reindex.concurrently()), "it is built anew"));
        } else if (reindex.kind() == ObjectKind.TABLE && name != null) {
            table(name, reindex.concurrently());
        } else {
            schema.relations().stream().filter(each -> within(each, reindex))
                    .forEach(each -> table(each.name(), reindex.concurrently()));
        }
    }

    private static boolean within(Relation relation, Action.Reindex reindex) {
        QualifiedName name = reindex.name();
        return relation.parent() == null && relation.isTable()
                && (reindex.kind() != ObjectKind.SCHEMA || name == null
                        || name.name().equals(relation.name().schema()));
    }

    private void table(QualifiedName table, boolean concurrently) {
        effects.lockParts(table, concurrently ? SHARE_UPDATE_EXCLUSIVE : SHARE, "its indexes are built anew");
        effects.stored(table).forEach(each -> schema.indexesOf(each).forEach(index -> rebuild(index, concurrently)));
    }

    private void rebuild(Index index, boolean concurrently) {
        effects.lock(index.table(), concurrently ? SHARE_UPDATE_EXCLUSIVE : SHARE, "its index is built anew");
        effects.lockIndex(index.name(), mode(concurrently), "it is built anew");
        if (!effects.partitioned(index.table())) {
            effects.renew(index.name());
            effects.scan(index.table());
        }
        parts(index).forEach(part -> rebuild(part, concurrently));
    }

    private static LockMode mode(boolean concurrently) {
        return concurrently ? SHARE_UPDATE_EXCLUSIVE : ACCESS_EXCLUSIVE;
    }
}
