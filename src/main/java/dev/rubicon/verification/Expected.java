package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a schema should be behind a run: what the run changed as it is now, and what it did not touch as it should have been
 * before. So a rollout does not accept what somebody else changed.
 */
final class Expected {

    private final SortedMap<SchemaObject, SchemaObject> old;
    private final SortedMap<SchemaObject, SchemaObject> now;

    private Expected(List<SchemaObject> old, List<SchemaObject> now) {
        this.old = byName(old);
        this.now = byName(now);
    }

    /** By what was there when the run began. */
    static List<SchemaObject> behind(List<SchemaObject> old, SchemaSnapshot before, SchemaSnapshot now) {
        SortedMap<SchemaObject, SchemaObject> then = byName(before.objects());
        Expected expected = new Expected(old, now.objects());
        return expected.unless(each -> Objects.equals(text(then, each), text(expected.now, each)));
    }

    /** Where that is not known, by the differences that were open: what is still as it was seen there was not touched. */
    static List<SchemaObject> behind(List<SchemaObject> old, List<SchemaChange> open, SchemaSnapshot now) {
        SortedMap<SchemaObject, SchemaChange> seen = new TreeMap<>();
        open.forEach(each -> seen.put(new SchemaObject(each.kind(), each.name(), ""), each));
        Expected expected = new Expected(old, now.objects());
        return expected.unless(each -> {
            SchemaChange change = seen.get(each);
            return change != null && Objects.equals(change.after(), text(expected.now, each));
        });
    }

    private List<SchemaObject> unless(Predicate<SchemaObject> untouched) {
        TreeSet<SchemaObject> all = new TreeSet<>(old.keySet());
        all.addAll(now.keySet());
        return all.stream().flatMap(each -> Stream.ofNullable(untouched.test(each) ? old.get(each) : now.get(each)))
                .toList();
    }

    /** Objects compare by kind and name alone. */
    private static SortedMap<SchemaObject, SchemaObject> byName(List<SchemaObject> objects) {
        SortedMap<SchemaObject, SchemaObject> map = new TreeMap<>();
        objects.forEach(each -> map.put(each, each));
        return map;
    }

    private static @Nullable String text(SortedMap<SchemaObject, SchemaObject> side, SchemaObject which) {
        SchemaObject object = side.get(which);
        return object == null ? null : object.text();
    }
}
