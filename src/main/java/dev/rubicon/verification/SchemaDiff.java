package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What two snapshots do not have alike, object by object.
 *
 * @param changes sorted by kind and name
 */
public record SchemaDiff(List<SchemaChange> changes) {

    public SchemaDiff {
        changes = List.copyOf(changes);
    }

    /** From the one to the other. */
    public static SchemaDiff between(SchemaSnapshot before, SchemaSnapshot after) {
        SortedMap<SchemaObject, SchemaObject> old = byName(before);
        SortedMap<SchemaObject, SchemaObject> young = byName(after);
        SortedSet<SchemaObject> all = new TreeSet<>(before.objects());
        all.addAll(after.objects());
        return new SchemaDiff(all.stream().map(each -> change(each, old.get(each), young.get(each)))
                .filter(each -> !Objects.equals(each.before(), each.after())).toList());
    }

    /** Objects compare by kind and name alone. */
    private static SortedMap<SchemaObject, SchemaObject> byName(SchemaSnapshot snapshot) {
        SortedMap<SchemaObject, SchemaObject> objects = new TreeMap<>();
        snapshot.objects().forEach(each -> objects.put(each, each));
        return objects;
    }

    private static SchemaChange change(SchemaObject which, @Nullable SchemaObject old, @Nullable SchemaObject young) {
        return new SchemaChange(which.kind(), which.name(), old == null ? null : old.text(),
                young == null ? null : young.text());
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }
}
