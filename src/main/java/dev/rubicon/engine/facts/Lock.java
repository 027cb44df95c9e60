package dev.rubicon.engine.facts;

/**
 * A lock that a statement takes and keeps to the end of its transaction.
 *
 * @param because why this relation, to follow "…, ": like {@code it is referenced by the new foreign key}
 */
public record Lock(QualifiedName relation, Kind kind, LockMode mode, String because) {

    /** What is locked. */
    public enum Kind {
        TABLE, INDEX, SEQUENCE, VIEW, MATERIALIZED_VIEW
    }
}
