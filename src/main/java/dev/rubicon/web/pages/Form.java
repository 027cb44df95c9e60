package dev.rubicon.web.pages;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * What a form shows: what is stored, or after a refusal what was typed, with what is wrong at its field.
 *
 * @param stored by the names of the fields
 * @param typed what was sent, or null for a form that was only opened
 * @param wrong messages by the place in the body of the API, with dots, like {@code drift.ignore.0}
 * @param stale whether somebody else changed what is stored since the form was opened
 */
record Form(Map<String, String> stored, @Nullable MultiValueMap<String, String> typed, Map<String, String> wrong,
        boolean stale) {

    /**
     * One field.
     *
     * @param id of the element; the same field of two forms on a page differs in it
     * @param type of an {@code input}, or {@code lines} for a text area
     * @param wrong what is wrong with the value, or an empty text
     * @param now what is stored where that is not the value after a stale form, or an empty text
     */
    record Field(String id, String name, String label, String hint, String type, String value, String wrong,
            String now) {}

    static Form opened(Map<String, String> stored) {
        return new Form(stored, null, Map.of(), false);
    }

    static Form refused(Map<String, String> stored, MultiValueMap<String, String> typed, Problem problem) {
        Map<String, String> wrong = new LinkedHashMap<>();
        Notice.of(problem).items().forEach(item -> wrong.merge(place(item.pointer()), item.message(),
                (one, other) -> one + ". " + other));
        return new Form(stored, typed, wrong, problem.type() == ProblemType.STALE);
    }

    /** What the page says about a refusal; of a stale form, in the words of a person who filled one in. */
    static Notice notice(Problem problem) {
        return problem.type() == ProblemType.STALE
                ? new Notice("bad", "Somebody else changed this while the form was open",
                        "Nothing of yours is stored yet, and nothing that you typed is lost: it still stands in the form. "
                                + "Where something else is set now, the field says so. Send the form again to put yours "
                                + "in its place.",
                        "", List.of())
                : Notice.of(problem);
    }

    boolean refused() {
        return typed != null;
    }

    String value(String name) {
        if (typed == null) {
            return stored.getOrDefault(name, "");
        }
        List<String> sent = typed.getOrDefault(name, List.of());
        return sent.isEmpty() ? "" : sent.getFirst();
    }

    Field text(String name, String label, String hint) {
        return field(name, label, hint, "text");
    }

    Field number(String name, String label, String hint) {
        return field(name, label, hint, "number");
    }

    Field lines(String name, String label, String hint) {
        return field(name, label, hint, "lines");
    }

    /** Never shows what was typed. */
    Field password(String name, String label, String hint) {
        return new Field("f-" + name, name, label, hint, "password", "", wrong(name), "");
    }

    Field field(String name, String label, String hint, String type) {
        return new Field("f-" + name, name, label, hint, type, value(name), wrong(name), now(name));
    }

    /** What is wrong with a field, or with all of its group. */
    String wrong(String name) {
        return wrong.entrySet().stream()
                .filter(entry -> entry.getKey().equals(name) || entry.getKey().startsWith(name + ".")
                        || name.startsWith(entry.getKey() + "."))
                .map(Map.Entry::getValue).distinct().collect(Collectors.joining(". "));
    }

    /** What stands there now in the place of what was typed, or an empty text. */
    String now(String name) {
        String set = stored.getOrDefault(name, "");
        return !stale || set.equals(value(name).replace("\r\n", "\n").strip())
                ? ""
                : set.isEmpty() ? "nothing" : set.replace("\n", "; ");
    }

    private static String place(String pointer) {
        return pointer.replaceFirst("^/(policy/)?", "").replace('/', '.');
    }
}
