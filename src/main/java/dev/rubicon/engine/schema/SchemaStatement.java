package dev.rubicon.engine.schema;

import java.util.Set;

/**
 * One statement of the script that rebuilds a schema.
 *
 * @param kind of the object that it belongs to
 * @param object its name
 * @param sql without a semicolon at its end
 * @param roles that have to exist where it runs; it is left out where one is missing
 */
public record SchemaStatement(SchemaObject.Kind kind, String object, String sql, Set<String> roles) {

    public SchemaStatement {
        roles = Set.copyOf(roles);
    }

    /** To be read by people, like {@code table public.users}. */
    public String words() {
        return kind.words() + " " + object;
    }
}
