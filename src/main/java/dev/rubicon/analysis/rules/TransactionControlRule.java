package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;

/** BEGIN, COMMIT or SAVEPOINT inside of a step. */
final class TransactionControlRule implements Rule.OfStatements {

    private static final RulePage PAGE = new RulePage("transaction-control-in-step",
            "BEGIN, COMMIT or SAVEPOINT inside of a step", Severity.BLOCKING,
            "Rubicon runs a step and writes its ledger row in one transaction. A step that ends the "
                    + "transaction itself could take effect without the ledger knowing, and would then run twice.",
            """
            - step: add-display-name
              sql: |
                BEGIN;
                ALTER TABLE users ADD COLUMN display_name text;
                COMMIT;
              rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: new-writes }
            """, """
            - step: add-display-name
              sql: ALTER TABLE users ADD COLUMN display_name text;
              rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: new-writes }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, Findings findings) {
        if (statements.use() == Statements.Use.WORK && statements.step() != null) {
            statements.all().filter(each -> each.statement().transactionControl())
                    .forEach(each -> findings.add(PAGE, statements, each.place(),
                            statements.subject() + " controls its transaction itself: " + each.statement().sql(),
                            "Leave the statement out: a step of transactional statements is one transaction"));
        }
    }
}
