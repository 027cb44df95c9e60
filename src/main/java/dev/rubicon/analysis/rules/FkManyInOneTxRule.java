package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Foreign keys to several tables in one transaction. */
final class FkManyInOneTxRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("fk-many-in-one-tx",
            "Foreign keys to several tables in one transaction", Severity.WARNING,
            "Each foreign key takes SHARE ROW EXCLUSIVE on the table that it references, to the end of the transaction. "
                    + "With several, writers of the first wait until the last is there, and an application that writes "
                    + "the tables in another order runs into a deadlock.",
            """
            BEGIN;
            ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
            ALTER TABLE orders ADD CONSTRAINT orders_item_id_fkey FOREIGN KEY (item_id) REFERENCES items (id) NOT VALID;
            COMMIT;
            """, """
            BEGIN;
            ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
            COMMIT;
            BEGIN;
            ALTER TABLE orders ADD CONSTRAINT orders_item_id_fkey FOREIGN KEY (item_id) REFERENCES items (id) NOT VALID;
            COMMIT;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** The statement that brings the second table is found; those behind it add nothing new. */
    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.CreateTable.class, Action.AddColumn.class, Action.AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        if (!judged.passage().inTransaction() || ForeignKeys.of(judged).isEmpty()) {
            return;
        }
        Set<QualifiedName> before = locked(judged, judged.passage().transaction());
        Set<QualifiedName> with = locked(judged, Stream
                .concat(judged.passage().transaction().stream(), Stream.of(judged)).toList());
        if (before.size() == 1 && with.size() > 1) {
            findings.add(PAGE, Ground.brief(judged), judged, "The transaction takes SHARE ROW EXCLUSIVE on "
                    + Sentences.list(List.copyOf(with)) + ": writes of " + before.iterator().next()
                    + " wait until all of its foreign keys are there", safeForm(judged));
        }
    }

    private static Set<QualifiedName> locked(Judged now, List<Judged> statements) {
        Set<QualifiedName> tables = new LinkedHashSet<>();
        statements.forEach(each -> ForeignKeys.of(each).stream().filter(key -> !key.toItself())
                .map(ForeignKeys.Key::references).filter(table -> !Ground.quiet(now, table))
                .filter(table -> tables.stream().noneMatch(table::same)).forEach(tables::add));
        return tables;
    }

    private static String safeForm(Judged judged) {
        return judged.passage().inPlan()
                ? judged.statement().sql() + ";"
                : Sql.lines("COMMIT;", "BEGIN;", judged.statement().sql() + ";", "COMMIT;");
    }
}
