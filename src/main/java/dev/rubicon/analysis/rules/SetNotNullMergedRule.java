package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.SetNotNull;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** SET NOT NULL in one ALTER TABLE with its own proof. */
final class SetNotNullMergedRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("set-not-null-merged",
            "SET NOT NULL in one ALTER TABLE with its own proof", Severity.ERROR,
            "A valid CHECK spares SET NOT NULL the reading of the table, but only if it was valid before the statement and is "
                    + "still there after it. Dropped or validated in the same ALTER TABLE it counts for nothing, and "
                    + "the whole table is read under ACCESS EXCLUSIVE.",
            """
            ALTER TABLE users ALTER COLUMN email SET NOT NULL, DROP CONSTRAINT users_email_not_null;
            """, """
            ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
            ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
            ALTER TABLE users ALTER COLUMN email SET NOT NULL;
            ALTER TABLE users DROP CONSTRAINT users_email_not_null;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(SetNotNull.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        judged.actions(SetNotNull.class).filter(set -> !Ground.quiet(judged, set.table()))
                .forEach(set -> NotNullProof.merged(judged, set.table(), set.column())
                        .ifPresent(constraint -> findings.add(PAGE,
                                Ground.weigh(judged, set.table(), Severity.ERROR), judged,
                                "SET NOT NULL on " + quote(set.column()) + " cannot use " + quote(constraint)
                                        + ", which the same ALTER TABLE drops or validates: it reads "
                                        + Ground.named(judged, set.table())
                                        + " as a whole under ACCESS EXCLUSIVE, and reads and writes wait",
                                Sql.alter(set.table(), "VALIDATE CONSTRAINT " + quote(constraint),
                                        "ALTER COLUMN " + quote(set.column()) + " SET NOT NULL",
                                        "DROP CONSTRAINT " + quote(constraint)))));
    }
}
