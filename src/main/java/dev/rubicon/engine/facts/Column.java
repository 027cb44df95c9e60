package dev.rubicon.engine.facts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column as it is defined.
 *
 * @param type null only for a typed or derived table's column that states none
 * @param notNull whether NOT NULL or PRIMARY KEY is written; IDENTITY and serial imply it too
 * @param defaultValue null for none; the sequence of serial and IDENTITY is not a default here
 * @param constraints those written at the column, NOT NULL and DEFAULT not among them; their columns are filled in
 * @param sql as the author wrote it, from the name to the end of its constraints
 */
public record Column(String name, @Nullable TypeName type, boolean notNull, @Nullable Expression defaultValue,
        @Nullable Generated generated, @Nullable Identity identity, @Nullable String collation,
        List<Constraint> constraints, String sql) {

    /** A value computed from the row. */
    public record Generated(boolean stored, Expression value) {}

    /** GENERATED … AS IDENTITY. */
    public enum Identity {
        ALWAYS, BY_DEFAULT
    }

    /** Whether each new row takes the next number of a sequence. */
    public boolean numbered() {
        return identity != null || (type != null && type.serial());
    }
}
