package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Relation;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What lets SET NOT NULL go without reading the table: a valid CHECK that cannot hold where the column is null. */
final class NotNullProof {

    private NotNullProof() {}

    /** Whether the column is known to be NOT NULL before the statement. */
    static boolean already(Judged judged, QualifiedName table, String column) {
        return judged.schema().relation(table).map(each -> each.columns().get(column))
                .filter(each -> Boolean.TRUE.equals(each.notNull())).isPresent()
                || demanding(judged, table, column).anyMatch(each -> each.valid()
                        && each.definition().kind() == Constraint.Kind.NOT_NULL);
    }

    /** Whether nothing has to be read: no constraint of another column, and none that the same statement drops, proves it. */
    static boolean proved(Judged judged, QualifiedName table, String column) {
        Set<String> dropped = dropped(judged, table);
        return already(judged, table, column) || demanding(judged, table, column)
                .anyMatch(each -> each.valid() && !dropped.contains(each.name()));
    }

    /** A constraint that would prove it once it is validated. */
    static Optional<ConstraintState> waiting(Judged judged, QualifiedName table, String column) {
        return demanding(judged, table, column).filter(each -> !each.valid()).findFirst();
    }

    /**
     * The constraint whose proof is lost since the same ALTER TABLE drops or validates it; one that is not known counts,
     * for nobody validates or drops anything else beside SET NOT NULL.
     */
    static Optional<String> merged(Judged judged, QualifiedName table, String column) {
        if (proved(judged, table, column)) {
            return Optional.empty();
        }
        return Stream.concat(dropped(judged, table).stream(), validated(judged, table).stream())
                .filter(name -> judged.schema().relation(table).map(each -> each.constraints().get(name))
                        .map(each -> demands(each, column)).orElse(true))
                .findFirst();
    }

    private static Stream<ConstraintState> demanding(Judged judged, QualifiedName table, String column) {
        return judged.schema().relation(table).map(Relation::constraints).stream()
                .flatMap(each -> each.values().stream()).filter(each -> demands(each, column));
    }

    private static boolean demands(ConstraintState state, String column) {
        Constraint constraint = state.definition();
        Expression check = constraint.check();
        return constraint.enforced() && switch (constraint.kind()) {
            case CHECK -> check != null && check.demandsNotNull().contains(column);
            case NOT_NULL -> constraint.columns().contains(column);
            case PRIMARY_KEY, UNIQUE, FOREIGN_KEY, EXCLUDE -> false;
        };
    }

    private static Set<String> dropped(Judged judged, QualifiedName table) {
        return judged.actions(Action.DropConstraint.class).filter(each -> each.table().same(table))
                .map(Action.DropConstraint::constraint).collect(Collectors.toSet());
    }

    private static Set<String> validated(Judged judged, QualifiedName table) {
        return judged.actions(Action.ValidateConstraint.class).filter(each -> each.table().same(table))
                .map(Action.ValidateConstraint::constraint).collect(Collectors.toSet());
    }
}
