package dev.rubicon.rehearsal;

import dev.rubicon.engine.schema.Fingerprint;
import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.verification.SchemaChange;
import dev.rubicon.verification.SchemaDiff;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a schema is what it was, as far as a way back can see to it: a column that is put back stands behind the others, and
 * no statement moves it, so the order of a table's columns is no difference.
 */
final class SchemaLikeness {

    private static final String OPENING = " (\n    ";
    private static final String BETWEEN = ",\n    ";
    private static final String CLOSING = "\n)";

    private SchemaLikeness() {}

    /** What is not as it was. */
    static List<SchemaChange> differences(SchemaSnapshot before, SchemaSnapshot after) {
        return SchemaDiff.between(before, after).changes().stream()
                .filter(change -> !alike(change.kind(), change.before(), change.after())).toList();
    }

    private static boolean alike(SchemaObject.Kind kind, @Nullable String before, @Nullable String after) {
        return before != null && after != null && sorted(kind, before).equals(sorted(kind, after));
    }

    /** The same for schemas that are alike. */
    static String fingerprint(SchemaSnapshot schema) {
        return Fingerprint.of(schema.objects().stream()
                .map(object -> object.words() + "\n" + sorted(object.kind(), object.text()))
                .collect(Collectors.joining("\n"))).digits();
    }

    /** A table's columns by the alphabet; every other text as it is. */
    private static String sorted(SchemaObject.Kind kind, String text) {
        int begin = text.indexOf(OPENING);
        int end = text.indexOf(CLOSING, Math.max(begin, 0));
        if (kind != SchemaObject.Kind.TABLE || begin < 0 || end < begin + OPENING.length()) {
            return text;
        }
        String columns = Arrays.stream(text.substring(begin + OPENING.length(), end).split(BETWEEN)).sorted()
                .collect(Collectors.joining(BETWEEN));
        return text.substring(0, begin) + OPENING + columns + text.substring(end);
    }
}
