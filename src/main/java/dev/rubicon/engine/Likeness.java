package dev.rubicon.engine;

import java.util.List;

/**
 * How a database is made and filled, without a single value out of it: a shadow that is like it can be made elsewhere.
 *
 * @param encoding as the server names it, like {@code UTF8}
 * @param extensions installed, each with its version
 * @param tables with their estimates
 */
public record Likeness(String encoding, String collation, String characterType, List<String> extensions,
        List<TableLikeness> tables) {

    public Likeness {
        extensions = List.copyOf(extensions);
        tables = List.copyOf(tables);
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
