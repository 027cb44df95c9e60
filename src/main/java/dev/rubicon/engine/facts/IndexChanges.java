package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Schema.Index;
import java.util.List;

/** Indexes that belong to no constraint. */
final class IndexChanges {

    private final Schema schema;

    IndexChanges(Schema schema) {
        this.schema = schema;
    }

    void create(Action.CreateIndex create) {
        QualifiedName table = schema.resolve(create.table());
        QualifiedName written = create.name();
        QualifiedName name = written == null
                ? ChosenNames.index(schema, table, every(create.columns(), create.include()), "idx")
                : table.sibling(written.name());
        if (create.ifNotExists() && schema.index(name).isPresent()) {
            return;
        }
        Expression where = create.where();
        Index index = new Index(name, table, List.copyOf(create.columns()), List.copyOf(create.include()),
                create.unique(), !create.only() || schema.partitionsOf(table).isEmpty(),
                where == null ? null : where.sql(), create.method(), null, false, null, true);
        schema.put(index);
        if (!create.only()) {
            schema.partitionsOf(table).forEach(part -> onPart(index, part.name()));
        }
    }

    /** A partition's part of an index: one that is there already, or one of its own. */
    void onPart(Index index, QualifiedName part) {
        Index own = schema.indexesOf(part).stream().filter(each -> each.parent() == null && alike(each, index))
                .findFirst().orElseGet(() -> new Index(
                        ChosenNames.index(schema, part, every(index.columns(), index.include()), "idx"), part,
                        index.columns(), index.include(), index.unique(), true, index.where(), index.method(), null,
                        false, null, true));
        schema.put(own.withParent(index.name()));
        schema.partitionsOf(part).forEach(each -> onPart(own, each.name()));
    }

    private static boolean alike(Index one, Index other) {
        return one.columns().equals(other.columns()) && one.unique() == other.unique()
                && one.method().equals(other.method()) && (one.where() == null) == (other.where() == null);
    }

    private static List<String> every(List<String> keys, List<String> included) {
        return java.util.stream.Stream.concat(keys.stream(), included.stream()).toList();
    }

    /** The parent's index is whole once every partition has its part. */
    void attach(Action.AttachIndex attach) {
        Index parent = schema.index(attach.table()).orElse(null);
        Index part = schema.index(attach.partition()).orElse(null);
        if (parent != null && part != null) {
            schema.put(part.withParent(parent.name()));
            boolean whole = schema.partitionsOf(parent.table()).stream().allMatch(each -> schema
                    .indexesOf(each.name()).stream().anyMatch(own -> parent.name().equals(own.parent())));
            schema.put(parent.withValid(whole));
        }
    }

    void rebuilt(Action.Reindex reindex) {
        QualifiedName name = reindex.name();
        if (name != null && reindex.kind() == Action.ObjectKind.INDEX) {
            schema.index(name).ifPresent(each -> schema.put(each.withValid(true)));
        } else if (name != null && reindex.kind() == Action.ObjectKind.TABLE) {
            schema.indexesOf(name).forEach(each -> schema.put(each.withValid(true)));
        }
    }
}
