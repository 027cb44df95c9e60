package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Set;

/** A foreign key checked while writers of both tables wait. */
final class FkWithoutNotValidRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("fk-without-not-valid",
            "A foreign key checked while writers of both tables wait", Severity.ERROR,
            "Adding a foreign key takes SHARE ROW EXCLUSIVE on both tables and reads both before it gives the locks "
                    + "back: writes wait for all of it. With NOT VALID nothing is read; VALIDATE, in a later "
                    + "transaction, reads while others write. A partitioned table takes NOT VALID from 18 on; before, its "
                    + "partitions do.",
            """
            ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
            """, """
            ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        ForeignKeys.of(judged).stream().filter(key -> key.by() instanceof Action.AddConstraint)
                .filter(key -> !key.constraint().notValid() && key.constraint().enforced())
                .filter(key -> !Ground.quiet(judged, key.table()) && !takesOver(judged, key))
                .forEach(key -> findings.add(PAGE, Ground.weigh(judged, key.table(), Severity.ERROR), judged,
                        message(judged, key), SafeForms.later(judged, key.table(), key.constraint())));
    }

    /** Partitions that have the key already, and valid, are not read again. */
    private static boolean takesOver(Judged judged, ForeignKeys.Key key) {
        List<QualifiedName> leaves = Ground.partitioned(judged, key.table())
                ? Ground.leaves(judged, key.table())
                : List.of();
        return !leaves.isEmpty() && leaves.stream().allMatch(each -> ForeignKeys.valid(judged, each, key));
    }

    private static String message(Judged judged, ForeignKeys.Key key) {
        String tables = key.toItself()
                ? Ground.named(judged, key.table())
                : Ground.named(judged, key.table()) + " and " + Ground.named(judged, key.references());
        return "The foreign key " + SafeForms.name(key.table(), key.constraint())
                + " is checked under SHARE ROW EXCLUSIVE on " + tables + ": writes wait until every row is looked up";
    }
}
