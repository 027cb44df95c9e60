package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Action.ObjectKind;
import org.jspecify.annotations.Nullable;

/**
 * Something that two schemas have otherwise.
 *
 * @param object what it is
 * @param name of the object; for a column, constraint or trigger, its table
 * @param member the column, constraint, trigger or enum value, or null
 * @param text a sentence without its full stop, like {@code column users.nickname is still there}
 */
public record Difference(Kind kind, ObjectKind object, QualifiedName name, @Nullable String member, String text) {

    /** Which way it is otherwise. */
    public enum Kind {
        /** It is there and should not be. */
        LEFT,
        /** It should be there. */
        GONE,
        /** It is there, and not as it should be. */
        CHANGED
    }

    @Override
    public String toString() {
        return text;
    }
}
