package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.Script;
import dev.rubicon.plan.Severity;

/** SQL that the database cannot read. */
final class SyntaxErrorRule implements Rule.OfStatements {

    private static final RulePage PAGE = new RulePage("syntax-error",
            "SQL that the database cannot read", Severity.BLOCKING,
            "PostgreSQL's own grammar refuses the text, so the step would fail on every target.",
            """
            ALTER TABEL users ADD COLUMN display_name text;
            """, """
            ALTER TABLE users ADD COLUMN display_name text;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, Findings findings) {
        for (Statements.Text text : statements.texts()) {
            Script.SyntaxError error = text.script().error();
            if (error != null) {
                findings.add(PAGE, statements, text.places().apply(error.offset()),
                        statements.subject() + ": " + error.message(), null);
            }
        }
    }
}
