package dev.rubicon.paging;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list: the full sort key of the last row seen. Nothing in it is secret, and whoever forges one only starts
 * elsewhere in what they may see anyway.
 *
 * @param list which list it belongs to, so that another list's cursor is refused
 * @param key the sort key's values, as text
 */
public record Cursor(String list, List<String> key) {

    private static final String SEPARATOR = "\u001f";

    public Cursor {
        key = List.copyOf(key);
    }

    public static Cursor of(String list, Object... key) {
        return new Cursor(list, Arrays.stream(key).map(String::valueOf).toList());
    }

    /** The opaque form of the URL. */
    public String text() {
        List<String> parts = new ArrayList<>(key);
        parts.addFirst(list);
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the opaque form back.
     *
     * @param text as the client sent it, or null for the beginning
     * @param size how many values the list's key has
     * @return null for the beginning
     * @throws Problem BAD_REQUEST when it is no cursor of this list
     */
    public static @Nullable Cursor read(String list, @Nullable String text, int size) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        List<String> parts = parts(text);
        if (parts.size() != size + 1 || !parts.getFirst().equals(list)) {
            throw unknown();
        }
        return new Cursor(list, parts.subList(1, parts.size()));
    }

    /**
     * A value of the key that is a whole number.
     *
     * @throws Problem BAD_REQUEST when it is none
     */
    public long number(int index) {
        try {
            return Long.parseLong(key.get(index));
        } catch (NumberFormatException e) {
            throw unknown();
        }
    }

    private static List<String> parts(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return List.of(new String(bytes, StandardCharsets.UTF_8).split(SEPARATOR, -1));
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }

    private static Problem unknown() {
        return new Problem(ProblemType.BAD_REQUEST,
                "'cursor' is none that this list gave out; begin again without a cursor");
    }
}
