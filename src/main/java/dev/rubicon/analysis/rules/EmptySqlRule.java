package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;

/** SQL without a statement. */
final class EmptySqlRule implements Rule.OfStatements {

    private static final RulePage PAGE = new RulePage("empty-sql",
            "SQL without a statement", Severity.BLOCKING,
            "A text of comments or semicolons alone does nothing; a step that does nothing on purpose is "
                    + "a check, and a rollback that does nothing says why with nothing.",
            """
            - step: index-users
              sql: CREATE INDEX CONCURRENTLY users_email ON users (email);
              rollback: { sql: -- later, dataLoss: none }
            """, """
            - step: index-users
              sql: CREATE INDEX CONCURRENTLY users_email ON users (email);
              rollback: { sql: DROP INDEX CONCURRENTLY users_email;, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, Findings findings) {
        for (Statements.Text text : statements.texts()) {
            if (statements.step() != null && text.script().error() == null && text.script().statements().isEmpty()) {
                findings.add(PAGE, statements, text.places().apply(0),
                        statements.subject() + " has SQL without any statement", null);
            }
        }
    }
}
