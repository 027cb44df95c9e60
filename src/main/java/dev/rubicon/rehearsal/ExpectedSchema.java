package dev.rubicon.rehearsal;

import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.verification.IgnoreList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the schema of a target has to be before a phase, after a rehearsal: as it was at the beginning, but for what the
 * phases before changed on the shadow. Of that the structure is compared, without owners and grants: on a shadow those may
 * be other roles' than on the target.
 *
 * @param source fingerprints of the target's objects at the beginning
 * @param changed of what the phases before changed: the fingerprint of its structure, or empty for what is gone
 */
record ExpectedSchema(int version, int shadowVersion, Map<String, String> source, Map<String, String> changed) {

    private static final int MOST = 20;
    private static final String GONE = "";

    /** Empty where the rehearsal does not tell: older ones did not keep it for later phases. */
    static Optional<ExpectedSchema> before(int phase, Rehearsal rehearsal, Map<String, String> source) {
        Integer version = rehearsal.sourceVersion();
        return version == null || source.isEmpty()
                ? Optional.empty()
                : changedBefore(phase, rehearsal).map(changed -> new ExpectedSchema(version,
                        rehearsal.report().serverVersion(), source, changed));
    }

    /** Before anything was done: nothing is compared with the shadow, so its version does not matter. */
    static ExpectedSchema atTheBeginning(int version, Map<String, String> source) {
        return new ExpectedSchema(version, version, source, Map.of());
    }

    private static Optional<Map<String, String>> changedBefore(int phase, Rehearsal rehearsal) {
        return phase == 0
                ? Optional.of(Map.of())
                : rehearsal.report().legs().stream()
                        .filter(leg -> leg.way() == Way.UP_AGAIN && leg.phase() == phase - 1)
                        .flatMap(leg -> Stream.ofNullable(leg.changed())).findFirst();
    }

    /** What a shadow has otherwise than at its beginning. */
    static SortedMap<String, String> changed(SchemaSnapshot before, SchemaSnapshot now) {
        Map<String, String> old = before.fingerprints();
        Map<String, String> young = now.fingerprints();
        Map<String, String> structure = now.structures();
        TreeSet<String> all = new TreeSet<>(old.keySet());
        all.addAll(young.keySet());
        SortedMap<String, String> changed = new TreeMap<>();
        all.stream().filter(object -> !Objects.equals(old.get(object), young.get(object)))
                .forEach(object -> changed.put(object, structure.getOrDefault(object, GONE)));
        return changed;
    }

    /**
     * What is otherwise now.
     *
     * @param object what it is and its name, or null for the server
     * @param words in a sentence
     */
    record Move(@Nullable String object, String words) {}

    /** What is otherwise now, object by object, without what is ignored. */
    List<Move> moved(SchemaSnapshot now, IgnoreList ignored) {
        if (version != now.serverVersion()) {
            // another version may print the same schema in another way
            return List.of(new Move(null,
                    "The server is PostgreSQL %d, and was %d".formatted(now.serverVersion(), version)));
        }
        Map<String, String> young = now.fingerprints();
        Map<String, String> structure = now.structures();
        TreeSet<String> all = new TreeSet<>(source.keySet());
        all.addAll(changed.keySet());
        all.addAll(young.keySet());
        List<Move> moved = new ArrayList<>();
        for (String object : all) {
            String expected = changed.containsKey(object) ? present(changed.get(object)) : source.get(object);
            String found = changed.containsKey(object) ? structure.get(object) : young.get(object);
            boolean incomparable = changed.containsKey(object) && shadowVersion != version && expected != null
                    && found != null;
            if (!Objects.equals(expected, found) && !incomparable && !ignored.ignores(object)) {
                moved.add(new Move(object,
                        object + (expected == null ? " is new" : found == null ? " is gone" : " has changed")));
            }
        }
        return moved;
    }

    /** The sentences of the first of them. */
    static List<String> words(List<Move> moved) {
        List<String> words = new ArrayList<>(moved.stream().limit(MOST).map(Move::words).toList());
        if (moved.size() > MOST) {
            words.add("… and %d objects more".formatted(moved.size() - MOST));
        }
        return words;
    }

    private static @Nullable String present(@Nullable String structure) {
        return GONE.equals(structure) ? null : structure;
    }
}
