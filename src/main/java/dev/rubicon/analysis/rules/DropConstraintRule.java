package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.DropConstraint;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.plan.Severity;
import java.util.Optional;
import java.util.Set;

/** A constraint that rows need no longer meet. */
final class DropConstraintRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("drop-constraint",
            "A constraint that rows need no longer meet", Severity.WARNING,
            "It takes ACCESS EXCLUSIVE for a moment: while it waits for running queries, all reads and writes wait behind "
                    + "it. From then on rows come in that the constraint kept out, and it cannot be put back before they "
                    + "are mended. With a primary key or UNIQUE its index goes too, with CASCADE the foreign keys that "
                    + "rest on it.",
            """
            ALTER TABLE orders DROP CONSTRAINT orders_amount_check;
            """, """
            ALTER TABLE orders ADD CONSTRAINT orders_amount_positive CHECK (amount > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_positive;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** A foreign key is for the rule about the two tables that it locks. */
    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(DropConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(DropConstraint.class)
                .filter(drop -> !Ground.quiet(judged, drop.table()) && !Drops.key(judged, drop) && !proof(judged, drop))
                .forEach(drop -> findings.add(PAGE, severity(judged, drop), judged,
                        "Dropping " + quote(drop.constraint()) + " takes ACCESS EXCLUSIVE on " + drop.table()
                                + " for a moment, and rows that it kept out can come in" + more(judged, drop),
                        "SET lock_timeout = '2s';\n" + Sql.alter(drop.table(), "DROP CONSTRAINT "
                                + (drop.ifExists() ? "IF EXISTS " : "") + quote(drop.constraint()))));
    }

    private static Severity severity(Judged judged, DropConstraint drop) {
        boolean made = Drops.constraint(judged, drop).filter(ConstraintState::made).isPresent();
        boolean grave = drop.cascade() || kind(judged, drop).filter(Constraint.Kind.PRIMARY_KEY::equals).isPresent();
        return grave && !made ? Severity.WARNING : Severity.INFO;
    }

    private static Optional<Constraint.Kind> kind(Judged judged, DropConstraint drop) {
        return Drops.constraint(judged, drop).map(each -> each.definition().kind());
    }

    private static String more(Judged judged, DropConstraint drop) {
        String index = kind(judged, drop).filter(kind -> kind == Constraint.Kind.PRIMARY_KEY
                || kind == Constraint.Kind.UNIQUE || kind == Constraint.Kind.EXCLUDE)
                .map(kind -> "; its index goes too")
                .orElse("");
        return index + (drop.cascade() ? "; CASCADE drops the foreign keys that rest on it" : "");
    }

    /** A CHECK that made SET NOT NULL quick, and says nothing more than the column does now. */
    private static boolean proof(Judged judged, DropConstraint drop) {
        return Drops.constraint(judged, drop).map(ConstraintState::definition)
                .filter(each -> each.check() != null && each.columns().size() == 1
                        && each.check().demandsNotNull().containsAll(each.columns())
                        && each.check().functions().isEmpty()
                        && each.check().sql().strip().matches("(?is)\\(*\\s*\\S+\\s+IS\\s+NOT\\s+NULL\\s*\\)*")
                        && judged.schema().relation(drop.table())
                                .map(table -> table.columns().get(each.columns().getFirst()))
                                .filter(column -> Boolean.TRUE.equals(column.notNull())).isPresent())
                .isPresent();
    }
}
