package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Schema.RelationKind;

/** What the letters of the catalogs stand for. */
final class CatalogLetters {

    private CatalogLetters() {}

    /** {@code pg_class.relkind}. */
    static RelationKind relation(String relkind) {
        return switch (relkind) {
            case "p" -> RelationKind.PARTITIONED_TABLE;
            case "v" -> RelationKind.VIEW;
            case "m" -> RelationKind.MATERIALIZED_VIEW;
            case "f" -> RelationKind.FOREIGN_TABLE;
            case "S" -> RelationKind.SEQUENCE;
            default -> RelationKind.TABLE;
        };
    }

    /** {@code pg_constraint.contype}. */
    static Constraint.Kind constraint(String contype) {
        return switch (contype) {
            case "p" -> Constraint.Kind.PRIMARY_KEY;
            case "u" -> Constraint.Kind.UNIQUE;
            case "f" -> Constraint.Kind.FOREIGN_KEY;
            case "x" -> Constraint.Kind.EXCLUDE;
            case "n" -> Constraint.Kind.NOT_NULL;
            default -> Constraint.Kind.CHECK;
        };
    }
}
