package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.Script.StatementKind;
import dev.rubicon.plan.Severity;
import java.util.List;

/** Schema and rows changed in one step. */
final class MixedDdlDmlRule implements Rule.OfStatements {

    private static final RulePage PAGE = new RulePage("mixed-ddl-dml",
            "Schema and rows changed in one step", Severity.BLOCKING,
            "The lock that the schema change takes would be held while rows are changed, and everybody "
                    + "who reads the table waits for the slower of the two.",
            """
            - step: add-and-fill
              sql: |
                ALTER TABLE users ADD COLUMN display_name text;
                UPDATE users SET display_name = username;
              rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: derived }
            """, """
            - step: add
              sql: ALTER TABLE users ADD COLUMN display_name text;
              rollback: { sql: ALTER TABLE users DROP COLUMN display_name;, dataLoss: derived }
            - step: fill
              backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
              rollback: { nothing: the column goes with the step before, dataLoss: none }
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, Findings findings) {
        if (statements.use() != Statements.Use.WORK || statements.step() == null) {
            return;
        }
        List<Statements.Located> changing = statements.all()
                .filter(each -> each.statement().kind() != StatementKind.OTHER).toList();
        changing.stream().filter(each -> each.statement().kind() != changing.getFirst().statement().kind()).findFirst()
                .ifPresent(other -> findings.add(PAGE, statements, other.place(),
                        statements.subject() + " mixes DDL and DML: this is " + other.statement().kind().word()
                                + ", the statements before it are " + changing.getFirst().statement().kind().word(),
                        "Put them into two steps, rows best as a backfill"));
    }
}
