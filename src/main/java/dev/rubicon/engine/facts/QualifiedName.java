package dev.rubicon.engine.facts;

import org.jspecify.annotations.Nullable;

/**
 * A name in a schema, as the server reads it: folded to lower case unless it was quoted, not cut to 63 bytes.
 *
 * @param schema as written, or null where the search path decides; that is taken to be {@code public}
 */
public record QualifiedName(@Nullable String schema, String name) {

    public static QualifiedName of(String name) {
        return new QualifiedName(null, name);
    }

    /** The name as it stands in SQL. */
    public String sql() {
        return Identifiers.qualified(schema, name);
    }

    /** Equal for two ways of writing one name, qualified and not. */
    public QualifiedName resolved() {
        return schema == null ? new QualifiedName("public", name) : this;
    }

    /** Whether both mean the same object. */
    public boolean same(QualifiedName other) {
        return resolved().equals(other.resolved());
    }

    /** A name in the same schema. */
    public QualifiedName sibling(String other) {
        return new QualifiedName(schema, other);
    }

    /** To be read by people, as in {@code pg_locks}' regclass. */
    @Override
    public String toString() {
        return sql();
    }
}
