package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.plan.UnifiedDiff;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object that two schemas do not have alike.
 *
 * @param before its text, null where it was not there or there was nothing to tell of it
 * @param after its text, null where it is gone or there is nothing to tell of it
 */
public record SchemaChange(SchemaObject.Kind kind, String name, @Nullable String before, @Nullable String after) {

    /** What happened to an object. */
    public enum Way {
        /** It is there only now. */
        ADDED,
        /** It is there no more. */
        REMOVED,
        /** It is there, and otherwise. */
        CHANGED
    }

    /** A member of an extension is there on both sides, also where one has nothing to tell of its privileges. */
    public Way way() {
        return ofRightsAlone() ? Way.CHANGED : before == null ? Way.ADDED : after == null ? Way.REMOVED : Way.CHANGED;
    }

    /** Whether nothing is told but who may use it, as of a member of an extension. */
    boolean ofRightsAlone() {
        return SchemaObject.withoutRights(text(before)).isEmpty() && SchemaObject.withoutRights(text(after)).isEmpty();
    }

    /** To be read by people, like {@code index public.by_name}. */
    public String words() {
        return kind.words() + " " + name;
    }

    /** In the unified format, under the names of both sides. */
    public String unified(String beforeName, String afterName) {
        return UnifiedDiff.of(text(before), text(after), beforeName, afterName);
    }

    public List<UnifiedDiff.Row> sideBySide() {
        return UnifiedDiff.sideBySide(text(before), text(after));
    }

    private static String text(@Nullable String side) {
        return side == null ? "" : side;
    }
}
