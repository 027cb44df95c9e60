package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.AddConstraint;
import dev.rubicon.engine.facts.Constraint.Kind;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** An exclusion constraint on a table in use. */
final class ExclusionConstraintRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("exclusion-constraint",
            "An exclusion constraint on a table in use", Severity.ERROR,
            "ADD EXCLUDE takes ACCESS EXCLUSIVE, builds an index and then compares every row with the others, while reads and "
                    + "writes wait. It can be neither NOT VALID nor taken from an index, so on a large table the way is a "
                    + "new table that has it from the start.",
            """
            ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist (during WITH &&);
            """, """
            CREATE TABLE bookings_new (LIKE bookings INCLUDING ALL);
            ALTER TABLE bookings_new ADD CONSTRAINT bookings_overlap EXCLUDE USING gist (during WITH &&);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(AddConstraint.class)
                .filter(add -> add.constraint().kind() == Kind.EXCLUDE && !Ground.quiet(judged, add.table()))
                .forEach(add -> findings.add(PAGE, Ground.weigh(judged, add.table(), Severity.ERROR), judged,
                        "EXCLUDE " + SafeForms.name(add.table(), add.constraint())
                                + " builds its index and compares all rows "
                                + "under ACCESS EXCLUSIVE on " + Ground.named(judged, add.table())
                                + ": reads and writes wait, and there is no concurrent form",
                        safeForm(add)));
    }

    private static String safeForm(AddConstraint add) {
        QualifiedName table = add.table();
        QualifiedName other = table.sibling(Sql.name(table.name(), "new"));
        QualifiedName old = QualifiedName.of(Sql.name(table.name(), "old"));
        return Sql.lines("CREATE TABLE " + other.sql() + " (LIKE " + table.sql() + " INCLUDING ALL);",
                Sql.alter(other, "ADD " + add.constraint().sql()),
                "-- keep " + other.sql() + " in step by a trigger and copy the rows in batches, then:", "BEGIN;",
                Sql.alter(table, "RENAME TO " + old.sql()),
                Sql.alter(other, "RENAME TO " + QualifiedName.of(table.name()).sql()), "COMMIT;");
    }
}
