package dev.rubicon.engine.schema;

import java.util.List;

/**
 * What came of rebuilding a schema.
 *
 * @param statements that ran
 * @param leftOut each with the role that the server does not have
 * @param refused each with what the server said
 */
public record Rebuilt(int statements, List<LeftOut> leftOut, List<Refused> refused) {

    public Rebuilt {
        leftOut = List.copyOf(leftOut);
        refused = List.copyOf(refused);
    }

    /** Whether all of it is there, except what belongs to roles that the server does not have. */
    public boolean complete() {
        return refused.isEmpty();
    }

    /** An owner, a grant or a policy of a role that does not exist there. */
    public record LeftOut(SchemaStatement statement, String missingRole) {}

    /** A statement that failed. */
    public record Refused(SchemaStatement statement, String message) {}
}
