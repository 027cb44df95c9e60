package dev.rubicon.web.pages;

import dev.rubicon.problem.Problem;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a page says after something was refused or done; it may wait in the session for the next page.
 *
 * @param tone {@code bad} for a refusal, {@code good} for a deed
 * @param remedy what to do, or an empty text
 * @param items what exactly, one line each
 */
record Notice(String tone, String title, String detail, String remedy, List<Item> items) implements Serializable {

    /**
     * @param line place in the submitted text, or null
     * @param pointer place in the document, or an empty text
     */
    record Item(@Nullable Integer line, @Nullable Integer column, String pointer, String message)
            implements
                Serializable {}

    static Notice done(String title) {
        return new Notice("good", title, "", "", List.of());
    }

    static Notice of(Problem problem) {
        Map<String, Object> facts = problem.getBody().getProperties();
        return new Notice("bad", problem.type().title(), problem.getMessage(), problem.type().remedy(),
                facts == null ? List.of() : items(facts));
    }

    private static List<Item> items(Map<String, Object> facts) {
        List<Item> items = new ArrayList<>();
        for (String name : List.of("violations", "blockers", "findings")) {
            if (facts.get(name) instanceof List<?> list) {
                list.forEach(entry -> items.add(item(entry)));
            }
        }
        return items;
    }

    private static Item item(Object entry) {
        Map<?, ?> members = entry instanceof Map<?, ?> map ? map : RecordMembers.of(entry);
        Object message = members.get("message");
        return new Item(number(members.get("line")), number(members.get("column")),
                members.get("pointer") == null ? "" : String.valueOf(members.get("pointer")),
                message == null ? String.valueOf(entry) : String.valueOf(message));
    }

    private static @Nullable Integer number(@Nullable Object value) {
        return value instanceof Number number ? number.intValue() : null;
    }
}
