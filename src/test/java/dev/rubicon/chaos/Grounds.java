package dev.rubicon.chaos;

import java.util.List;
import java.util.stream.Collectors;

/** A table that the application writes to, by the kind of its key. */
enum Grounds {

    BIG("t_big", "id bigint", List.of("id"), "i"),

    PAIR("t_pair", "k1 int, k2 text", List.of("k1", "k2"), "i % 7, 'k' || i"),

    UUID("t_uuid", "id uuid", List.of("id"), "md5(i::text)::uuid"),

    TEXT("t_text", "id text", List.of("id"), "'key ' || i");

    private final String table;
    private final String keyDefinition;
    private final List<String> key;
    private final String keyOf;

    Grounds(String table, String keyDefinition, List<String> key, String keyOf) {
        this.table = table;
        this.keyDefinition = keyDefinition;
        this.key = key;
        this.keyOf = keyOf;
    }

    String table() {
        return table;
    }

    String keyDefinition() {
        return keyDefinition;
    }

    List<String> key() {
        return key;
    }

    /** The key's columns, separated by commas. */
    String keys() {
        return String.join(", ", key);
    }

    /** The key of row number {@code i}, as values of a statement. */
    String keyOf() {
        return keyOf;
    }

    /** The key of a row as one text, as the log of changes has it. */
    String keyText() {
        return key.stream().map(column -> column + "::text").collect(Collectors.joining(" || '/' || "));
    }
}
