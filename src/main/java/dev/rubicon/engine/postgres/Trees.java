package dev.rubicon.engine.postgres;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the JSON that libpg_query writes: always well formed, its numbers whole, and nested deeper than a stack may be.
 * To make a mapper ready for it would take a command line longer than to parse a hundred files.
 */
final class Trees {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Who reads a tree does it by recursion, on threads with a small stack. */
    private static final int DEEPEST = 3_000;
    private static final int NAMES = 1 << 12;
    /** Field names are few and come again and again; one that another thread overwrites is made once more. */
    private static final @Nullable Name[] KNOWN = new Name[NAMES];

    private final byte[] json;
    private final Deque<JsonNode> open = new ArrayDeque<>();
    private int at;
    private @Nullable String field;

    private record Name(byte[] utf8, String text) {}

    private Trees(byte[] json) {
        this.json = json;
    }

    /**
     * @param utf8 an object or an array
     * @throws PgQuery.SyntaxException when it is nested too deep
     */
    static JsonNode read(byte[] utf8) {
        return new Trees(utf8).read();
    }

    private JsonNode read() {
        while (true) {
            byte c = json[at++];
            switch (c) {
                case '{' -> open(NODES.objectNode());
                case '[' -> open(NODES.arrayNode());
                case '}', ']' -> {
                    JsonNode closed = open.pop();
                    if (open.isEmpty()) {
                        return closed;
                    }
                }
                case '"' -> string();
                case ',', ':', ' ', '\n', '\r', '\t' -> {}
                default -> put(scalar(c));
            }
        }
    }

    private void open(JsonNode container) {
        if (!open.isEmpty()) {
            put(container);
        }
        open.push(container);
        if (open.size() > DEEPEST) {
            throw new PgQuery.SyntaxException("the statement is nested more than %d levels deep".formatted(DEEPEST), 0);
        }
    }

    private void put(JsonNode value) {
        if (open.getFirst() instanceof ArrayNode array) {
            array.add(value);
        } else if (open.getFirst() instanceof ObjectNode object && field != null) {
            object.set(field, value);
            field = null;
        }
    }

    private void string() {
        int from = at;
        boolean escaped = false;
        while (json[at] != '"') {
            escaped |= json[at] == '\\';
            at += json[at] == '\\' ? 2 : 1;
        }
        int to = at++;
        if (field == null && open.getFirst() instanceof ObjectNode) {
            field = name(from, to);
        } else {
            String raw = new String(json, from, to - from, StandardCharsets.UTF_8);
            put(NODES.stringNode(escaped ? unescaped(raw) : raw));
        }
    }

    private String name(int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + json[i];
        }
        int slot = (hash ^ hash >>> 15) & (NAMES - 1);
        Name known = KNOWN[slot];
        if (known != null && Arrays.equals(known.utf8, 0, known.utf8.length, json, from, to)) {
            return known.text;
        }
        byte[] utf8 = Arrays.copyOfRange(json, from, to);
        Name added = new Name(utf8, new String(utf8, StandardCharsets.UTF_8));
        KNOWN[slot] = added;
        return added.text;
    }

    private static String unescaped(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            c = raw.charAt(++i);
            if (c == 'u') {
                text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                i += 4;
            } else {
                int control = "bfnrt".indexOf(c);
                text.append(control < 0 ? c : "\b\f\n\r\t".charAt(control));
            }
        }
        return text.toString();
    }

    private JsonNode scalar(byte first) {
        int from = at - 1;
        while (json[at] != ',' && json[at] != '}' && json[at] != ']' && json[at] > ' ') {
            at++;
        }
        return switch (first) {
            case 't' -> NODES.booleanNode(true);
            case 'f' -> NODES.booleanNode(false);
            case 'n' -> NODES.nullNode();
            default -> number(Long.parseLong(new String(json, from, at - from, StandardCharsets.US_ASCII)));
        };
    }

    private static JsonNode number(long value) {
        return (int) value == value ? NODES.numberNode((int) value) : NODES.numberNode(value);
    }
}
