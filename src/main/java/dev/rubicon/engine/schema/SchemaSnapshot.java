package dev.rubicon.engine.schema;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The schema of one database at one moment.
 *
 * @param serverVersion major version; another one may print the same schema in another way
 * @param objects sorted by kind and name
 * @param script what rebuilds all of it on an empty database of the same major version, in order
 */
public record SchemaSnapshot(int serverVersion, List<SchemaObject> objects, List<SchemaStatement> script,
        Fingerprint fingerprint) {

    public SchemaSnapshot {
        objects = List.copyOf(objects);
        script = List.copyOf(script);
    }

    public SchemaSnapshot(int serverVersion, List<SchemaObject> objects, List<SchemaStatement> script) {
        this(serverVersion, objects.stream().sorted().toList(), script, over(objects));
    }

    /** The digits of each object's fingerprint, by what it is and its name. */
    public SortedMap<String, String> fingerprints() {
        return digits(SchemaObject::fingerprint);
    }

    /**
     * The same of each object's structure: whose it is, and who may use it, is left out, and so are members of extensions,
     * of which nothing else is told.
     */
    public SortedMap<String, String> structures() {
        SortedMap<String, String> structures = digits(SchemaObject::structure);
        objects.stream().filter(each -> SchemaObject.withoutRights(each.text()).isEmpty())
                .forEach(each -> structures.remove(each.words()));
        return structures;
    }

    private SortedMap<String, String> digits(Function<SchemaObject, Fingerprint> of) {
        SortedMap<String, String> digits = new TreeMap<>();
        objects.forEach(object -> digits.put(object.words(), of.apply(object).digits()));
        return digits;
    }

    private static Fingerprint over(List<SchemaObject> objects) {
        return Fingerprint.of(objects.stream().sorted().map(each -> each.fingerprint().digits())
                .collect(Collectors.joining("\n")));
    }
}
