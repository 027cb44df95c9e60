package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.AddConstraint;
import dev.rubicon.engine.facts.Constraint.Kind;
import dev.rubicon.plan.Severity;
import java.util.Locale;
import java.util.Set;

/** UNIQUE that builds its index while everybody waits. */
final class UniqueConstraintRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("unique-constraint",
            "UNIQUE that builds its index while everybody waits", Severity.ERROR,
            "ADD UNIQUE takes ACCESS EXCLUSIVE and builds an index under it: reads and writes wait for the whole build. "
                    + "Built concurrently first, the index becomes the constraint's in no time.",
            """
            ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
            """, """
            CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
            ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
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
                .filter(add -> add.constraint().kind() == Kind.UNIQUE && add.constraint().usingIndex() == null
                        && !Ground.quiet(judged, add.table()) && !Ground.onlyItself(judged, add.table()))
                .forEach(add -> findings.add(PAGE, Ground.weigh(judged, add.table(), Severity.ERROR), judged,
                        "UNIQUE " + SafeForms.name(add.table(), add.constraint()) + " builds its index under ACCESS "
                                + "EXCLUSIVE on " + Ground.named(judged, add.table())
                                + ": reads and writes wait until the whole table is read",
                        overlaps(add) ? null : SafeForms.overIndex(judged, add.table(), add.constraint())));
    }

    /** WITHOUT OVERLAPS, of 18, is an exclusion underneath: no index can be built for it before. */
    private static boolean overlaps(AddConstraint add) {
        return add.constraint().sql().toUpperCase(Locale.ROOT).contains("WITHOUT OVERLAPS");
    }
}
