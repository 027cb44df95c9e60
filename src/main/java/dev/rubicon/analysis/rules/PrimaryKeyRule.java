package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.AddConstraint;
import dev.rubicon.engine.facts.Constraint.Kind;
import dev.rubicon.plan.Severity;
import java.util.Set;
import java.util.stream.Collectors;

/** A primary key that builds its index while everybody waits. */
final class PrimaryKeyRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("primary-key",
            "A primary key that builds its index while everybody waits", Severity.ERROR,
            "ADD PRIMARY KEY takes ACCESS EXCLUSIVE, reads the table for nulls and builds an index, all while reads and "
                    + "writes wait. NOT NULL proved first and an index built concurrently leave nothing to do.",
            """
            ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
            """, """
            ALTER TABLE users ADD CONSTRAINT users_id_not_null CHECK (id IS NOT NULL) NOT VALID;
            ALTER TABLE users VALIDATE CONSTRAINT users_id_not_null;
            ALTER TABLE users ALTER COLUMN id SET NOT NULL;
            ALTER TABLE users DROP CONSTRAINT users_id_not_null;
            CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);
            ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;
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
                .filter(add -> add.constraint().kind() == Kind.PRIMARY_KEY && add.constraint().usingIndex() == null
                        && !Ground.quiet(judged, add.table()) && !Ground.onlyItself(judged, add.table()))
                .forEach(add -> findings.add(PAGE, Ground.weigh(judged, add.table(), Severity.ERROR), judged,
                        "The primary key " + SafeForms.name(add.table(), add.constraint())
                                + " builds its index under ACCESS EXCLUSIVE on " + Ground.named(judged, add.table())
                                + ": reads and writes wait until the whole table is read",
                        safeForm(judged, add)));
    }

    private static String safeForm(Judged judged, AddConstraint add) {
        String notNull = add.constraint().columns().stream()
                .filter(column -> !NotNullProof.already(judged, add.table(), column))
                .map(column -> SafeForms.notNull(judged, add.table(), column) + "\n").collect(Collectors.joining());
        return notNull + SafeForms.overIndex(judged, add.table(), add.constraint());
    }
}
