package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Relation;
import java.util.Optional;

/** Whether the server must read a table to know that a column holds no null. */
final class NotNullProof {

    private final Effects effects;

    NotNullProof(Effects effects) {
        this.effects = effects;
    }

    void scanUnlessProved(QualifiedName table, String column) {
        Relation relation = effects.schema().relation(table).orElse(null);
        Optional<ConstraintState> proof = relation == null ? Optional.empty() : proof(relation, column);
        if (alreadyNotNull(relation, column)) {
            effects.learned(effects.shown(table) + "." + column + " is NOT NULL already");
        } else if (proof.isPresent()) {
            effects.learned("CHECK " + proof.get().name() + " proves that " + column + " is not null, so "
                    + effects.shown(table) + " is not read");
        } else {
            effects.scan(table);
        }
    }

    /** A NOT NULL constraint that is not valid yet says nothing of the rows that are there. */
    private static boolean alreadyNotNull(@org.jspecify.annotations.Nullable Relation relation, String column) {
        if (relation == null) {
            return false;
        }
        ColumnState state = relation.columns().get(column);
        boolean unproved = relation.constraints().values().stream()
                .anyMatch(each -> each.definition().kind() == Constraint.Kind.NOT_NULL && !each.valid()
                        && each.definition().columns().contains(column));
        return state != null && Boolean.TRUE.equals(state.notNull()) && !unproved;
    }

    private Optional<ConstraintState> proof(Relation relation, String column) {
        return relation.constraints().values().stream()
                .filter(each -> each.valid() && each.definition().enforced() && !goesNow(each.name()))
                .filter(each -> {
                    var check = each.definition().check();
                    return check != null && check.demandsNotNull().contains(column);
                }).findFirst();
    }

    /** What the same statement drops is gone when the server looks for it. */
    private boolean goesNow(String constraint) {
        return effects.statement().stream().anyMatch(
                action -> action instanceof Action.DropConstraint drop && drop.constraint().equals(constraint));
    }
}
