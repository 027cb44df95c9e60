package dev.rubicon.rehearsal;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a schema with which a plan has to do: those that its steps name, and those whose text names one of these, as
 * an index, a foreign key or a view does.
 */
final class Reach {

    private final List<Pattern> names;
    private final Map<String, SchemaObject> objects;

    /** @param touched as written in SQL, with their schema */
    Reach(Collection<String> touched, SchemaSnapshot now) {
        this.names = touched.stream().map(Reach::whole).toList();
        this.objects = now.objects().stream()
                .collect(Collectors.toMap(SchemaObject::words, Function.identity(), (one, same) -> one));
    }

    private static Pattern whole(String name) {
        return Pattern.compile("(?<![\\w$\".])" + Pattern.quote(name) + "(?![\\w$\"])",
                Pattern.UNICODE_CHARACTER_CLASS);
    }

    /** @param words what the object is and its name */
    boolean has(String words) {
        SchemaObject now = objects.get(words);
        // an index that is gone does not say any more whose it was
        return now == null && words.startsWith(Kind.INDEX.words() + " ")
                || names.stream().anyMatch(name -> texts(words, now).anyMatch(text -> name.matcher(text).find()));
    }

    private static Stream<String> texts(String words, @Nullable SchemaObject now) {
        // what a routine reads does not keep a table from being changed
        return now == null || now.kind() == Kind.FUNCTION || now.kind() == Kind.PROCEDURE
                ? Stream.of(words)
                : Stream.of(words, now.text());
    }
}
