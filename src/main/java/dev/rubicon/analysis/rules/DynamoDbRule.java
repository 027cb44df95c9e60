package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import dev.rubicon.registry.EngineKind;

/** A DynamoDB plan cannot be carried out yet. */
final class DynamoDbRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("dynamodb-not-executable",
            "A DynamoDB plan cannot be carried out yet", Severity.INFO,
            "This version stores, reviews and compares plans for DynamoDB, but has no engine to carry "
                    + "them out.",
            """
            plan: orders-by-name
            title: An index over names
            engine: dynamodb
            phases:
              - phase: expand
                steps:
                  - step: add-index
                    dynamodb: { addIndex: by-name }
                    rollback: { nothing: the index is dropped by hand, dataLoss: none }
            """, """
            plan: orders-by-name
            title: An index over names
            engine: postgresql
            phases:
              - phase: expand
                steps:
                  - step: add-index
                    sql: CREATE INDEX CONCURRENTLY orders_name ON orders (name);
                    rollback: { sql: DROP INDEX CONCURRENTLY orders_name;, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        if (plan.document().engine() == EngineKind.DYNAMODB) {
            findings.addToPlan(PAGE, plan.text().place("/engine"),
                    "This version of Rubicon cannot carry out plans for DynamoDB; the plan can be reviewed", null);
        }
    }
}
