package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;

/** A statement outside of transactions beside others. */
final class NotAloneRule implements Rule.OfStatements {

    private static final RulePage PAGE = new RulePage("not-alone",
            "A statement outside of transactions beside others", Severity.BLOCKING,
            "What cannot run inside a transaction takes effect by itself; beside others, a failure in the "
                    + "middle leaves a part of the step done and the ledger cannot say which.",
            """
            - step: index-users
              sql: |
                CREATE INDEX CONCURRENTLY users_a ON users (a);
                CREATE INDEX CONCURRENTLY users_b ON users (b);
              rollback: { sql: DROP INDEX CONCURRENTLY users_a;, dataLoss: none }
            """, """
            - step: index-a
              sql: CREATE INDEX CONCURRENTLY users_a ON users (a);
              rollback: { sql: DROP INDEX CONCURRENTLY users_a;, dataLoss: none }
            - step: index-b
              sql: CREATE INDEX CONCURRENTLY users_b ON users (b);
              rollback: { sql: DROP INDEX CONCURRENTLY users_b;, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, Findings findings) {
        if (statements.use() == Statements.Use.WORK && statements.step() != null && statements.all().count() > 1) {
            statements.all()
                    .filter(each -> !each.statement().transactional() && !each.statement().transactionControl())
                    .findFirst()
                    .ifPresent(each -> findings.add(PAGE, statements, each.place(),
                            statements.subject() + " has a statement that cannot run in a transaction beside others: "
                                    + each.statement().sql(),
                            "Give the statement a step of its own"));
        }
    }
}
