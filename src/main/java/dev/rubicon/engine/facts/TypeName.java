package dev.rubicon.engine.facts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type of a column.
 *
 * @param schema as written, or null; {@code pg_catalog} is left out
 * @param name as the server calls it: {@code int4}, {@code varchar}, {@code bpchar}, {@code timestamptz}; {@code serial4},
 *     {@code serial8} and {@code serial2} stay as written, for they are no types but short forms
 * @param modifiers as in {@code numeric(10,2)}: 10 and 2
 * @param array whether it is an array of the type
 * @param sql as the author wrote it
 */
public record TypeName(@Nullable String schema, String name, List<Integer> modifiers, boolean array, String sql) {

    /** Whether it stands for an integer with a sequence of its own. */
    public boolean serial() {
        return schema == null && !array && name.startsWith("serial");
    }

    /** Whether it is the built-in type of that name, and no array of it. */
    public boolean is(String builtIn) {
        return schema == null && !array && name.equals(builtIn);
    }
}
