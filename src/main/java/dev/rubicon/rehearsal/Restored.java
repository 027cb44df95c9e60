package dev.rubicon.rehearsal;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.verification.SchemaChange;
import dev.rubicon.verification.SchemaDiff;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a way back from where a target is now gives back what was there before a phase. Others have changed the target since,
 * and what they did elsewhere in the same table is no fault of the way back: only what the way itself changes is compared, of
 * a table column by column, of everything else as a whole. Owners and grants are left out: on a shadow those are other roles'.
 */
final class Restored {

    private final Map<String, Set<String>> touched = new HashMap<>();

    /** One leg changed the schema from the one to the other. */
    void went(SchemaSnapshot before, SchemaSnapshot after) {
        SchemaDiff.between(before, after).changes().forEach(change -> touched
                .computeIfAbsent(change.words(), object -> new HashSet<>()).addAll(unlike(change)));
    }

    /** What is not as it was, of what the legs changed. */
    List<SchemaChange> differences(SchemaSnapshot expected, SchemaSnapshot found) {
        return SchemaDiff.between(expected, found).changes().stream().filter(change -> !touched(change).isEmpty())
                .toList();
    }

    /** The parts of a change that the legs changed, too. */
    Set<String> touched(SchemaChange change) {
        Set<String> parts = unlike(change);
        parts.retainAll(touched.getOrDefault(change.words(), Set.of()));
        return parts;
    }

    /** What the one has and the other has not, in sentences: going back takes along what others built on the plan's work. */
    static List<String> takenAlong(SchemaSnapshot before, SchemaSnapshot after) {
        List<String> along = new ArrayList<>();
        SchemaDiff.between(before, after).changes().stream().filter(change -> !unlike(change).isEmpty())
                .forEach(change -> along.add(switch (change.way()) {
                    case REMOVED -> "Going back takes along what is not of the plan: " + change.words();
                    case CHANGED -> "Gone back and up again it is not what it is on the target: " + change.words();
                    case ADDED -> "The plan made it, and it is not on the target any more: " + change.words();
                }));
        return along;
    }

    private static Set<String> unlike(SchemaChange change) {
        Set<String> before = parts(change.kind(), change.before());
        Set<String> after = parts(change.kind(), change.after());
        Set<String> unlike = new HashSet<>(before);
        unlike.addAll(after);
        before.retainAll(after);
        unlike.removeAll(before);
        return unlike;
    }

    private static Set<String> parts(SchemaObject.Kind kind, @Nullable String text) {
        String structure = text == null ? "" : SchemaObject.withoutRights(text);
        if (structure.isEmpty()) {
            return new HashSet<>();
        }
        return kind == SchemaObject.Kind.TABLE
                ? new HashSet<>(Arrays.stream(structure.split("\n"))
                        .map(line -> line.endsWith(",") ? line.substring(0, line.length() - 1) : line).toList())
                : new HashSet<>(Set.of(structure));
    }
}
