package dev.rubicon.engine;

import java.util.List;
import java.util.Map;

/**
 * How a database is made and filled, without a single value out of it: a shadow that is like it can be made elsewhere.
 *
 * @param encoding as the server names it, like {@code UTF8}
 * @param extensions installed, each with its version
 * @param tables with their estimates
 * @param settings that the database gives every session, like {@code search_path}; none that an application made up
 */
public record Likeness(String encoding, String collation, String characterType, List<String> extensions,
        List<TableLikeness> tables, Map<String, String> settings) {

    public Likeness {
        extensions = List.copyOf(extensions);
        tables = List.copyOf(tables);
        settings = Map.copyOf(settings);
    }

    public Likeness(String encoding, String collation, String characterType, List<String> extensions,
            List<TableLikeness> tables) {
        this(encoding, collation, characterType, extensions, tables, Map.of());
    }

    /** @param rows the server's estimate, or -1 while it has none */
    public record TableLikeness(String schema, String name, double rows, List<ColumnLikeness> columns) {}

    /**
     * @param nullFraction of the rows, from 0 to 1
     * @param distinct different values; a negative number is a fraction of the rows
     * @param width average, in bytes
     */
    public record ColumnLikeness(String name, double nullFraction, double distinct, int width) {}
}
