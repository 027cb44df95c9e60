package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.Script.StatementKind;
import dev.rubicon.engine.facts.Action.CreateIndex;
import dev.rubicon.plan.Severity;
import java.util.List;

/** A query that is not one SELECT. */
final class QueryRule implements Rule.OfStatements {

    private static final RulePage PAGE = new RulePage("query-not-one-select",
            "A query that is not one SELECT", Severity.BLOCKING,
            "Verifications, preconditions and loss queries run read only, and one value decides; "
                    + "expressions of a backfill become a part of its own statement. More than one statement, or "
                    + "one that changes something, fails there.",
            """
            - step: clean-names
              check:
                - { name: clean, sql: DELETE FROM users WHERE name IS NULL, expect: 0 }
              rollback: { nothing: it only looks, dataLoss: none }
            """, """
            - step: clean-names
              check:
                - { name: clean, sql: SELECT count(*) FROM users WHERE name IS NULL, expect: 0 }
              rollback: { nothing: it only looks, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, Findings findings) {
        List<Statements.Located> all = statements.all().toList();
        if (statements.use() == Statements.Use.WORK || all.isEmpty()) {
            return;
        }
        if (statements.use() == Statements.Use.ELEMENT) {
            element(statements, all, findings);
            return;
        }
        String what = statements.use() == Statements.Use.QUERY ? "a query" : "an expression";
        if (all.size() > 1) {
            findings.add(PAGE, statements, all.get(1).place(),
                    statements.subject() + " has " + what + " of several statements", null);
        } else if (all.getFirst().statement().kind() != StatementKind.OTHER) {
            findings.add(PAGE, statements, all.getFirst().place(),
                    statements.subject() + " has " + what + " that changes something: "
                            + all.getFirst().statement().sql(),
                    null);
        }
    }

    private static void element(Statements statements, List<Statements.Located> all, Findings findings) {
        boolean one = all.size() == 1 && all.getFirst().statement().actions().getFirst() instanceof CreateIndex index
                && index.columns().size() == 1 && index.include().isEmpty() && index.where() == null;
        if (!one) {
            findings.add(PAGE, statements, all.getFirst().place(), statements.subject()
                    + " has in 'columns' what is not one element of an index", null);
        }
    }
}
