package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.IgnoreRules;
import dev.rubicon.registry.Policy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Objects in which a difference is none: patterns over kind and name, like {@code index public.tmp_*}. */
public final class IgnoreList {

    private static final String ANY = "*";
    private static final int LONGEST = 300;

    private final List<Entry> entries;

    /** @param kind null for any */
    private record Entry(@Nullable Kind kind, String text, Pattern name) {

        static Entry of(@Nullable Kind kind, String text) {
            return new Entry(kind, text, Pattern.compile(Arrays.stream(text.split("\\*", -1)).map(Pattern::quote)
                    .collect(Collectors.joining(".*")), Pattern.DOTALL));
        }

        boolean has(Kind of, String object) {
            return (kind == null || kind == of) && name.matcher(object).matches();
        }
    }

    private IgnoreList(List<Entry> entries) {
        this.entries = entries;
    }

    /** What the policy of an environment ignores. */
    public static IgnoreList of(Policy policy) {
        return new IgnoreList(policy.ignored().stream().map(IgnoreList::entry).flatMap(Optional::stream).toList());
    }

    /** The same schema without what is ignored, and without the script: it is to be compared, not rebuilt. */
    SchemaSnapshot without(int serverVersion, List<SchemaObject> objects) {
        return new SchemaSnapshot(serverVersion,
                objects.stream().filter(object -> !ignores(object.kind(), object.name())).toList(), List.of());
    }

    /** @param words what an object is and its name, like {@code index public.tmp_1} */
    public boolean ignores(String words) {
        return kind(words).filter(kind -> ignores(kind, words.substring(kind.words().length() + 1))).isPresent();
    }

    private boolean ignores(Kind kind, String name) {
        return entries.stream().anyMatch(entry -> entry.has(kind, name));
    }

    private static Optional<Entry> entry(String pattern) {
        return pattern.startsWith(ANY + " ")
                ? Optional.of(Entry.of(null, pattern.substring(2).strip()))
                : kind(pattern)
                        .map(kind -> Entry.of(kind, pattern.substring(kind.words().length() + 1).strip()));
    }

    /** The longest one: an operator class is no operator. */
    private static Optional<Kind> kind(String pattern) {
        return Arrays.stream(Kind.values()).filter(kind -> pattern.startsWith(kind.words() + " "))
                .max(Comparator.comparingInt(kind -> kind.words().length()));
    }

    /** What a pattern may be. */
    @Component
    static final class Rules implements IgnoreRules {

        private static final String KINDS = Arrays.stream(Kind.values()).map(Kind::words)
                .collect(Collectors.joining(", "));

        @Override
        @SuppressWarnings("ConstantValue") // bodies leave out what the types say is there
        public @Nullable String objection(String pattern) {
            if (pattern == null || pattern.isBlank() || pattern.length() > LONGEST) {
                return "A pattern of ignored objects has 1 to " + LONGEST + " characters";
            }
            Optional<Entry> entry = entry(pattern);
            if (entry.isEmpty()) {
                return "'%s' does not begin with a kind of object and a blank, like 'index public.tmp_*'; a kind is '*' or one of %s"
                        .formatted(pattern, KINDS);
            }
            String name = entry.get().text();
            if (name.isEmpty()) {
                return "'" + pattern + "' names no object; write the name behind the kind, with * for any characters";
            }
            return entry.get().kind() == null && name.replace(ANY, "").isEmpty()
                    ? "'" + pattern + "' would ignore everything; name a kind, or a part of the names"
                    : null;
        }
    }
}
