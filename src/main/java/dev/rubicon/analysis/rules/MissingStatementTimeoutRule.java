package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.List;

/** A script whose statements may run without end. */
final class MissingStatementTimeoutRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("missing-statement-timeout",
            "A script whose statements may run without end", Severity.INFO,
            "What a statement locks stays locked for as long as it runs. A statement_timeout ends it when it takes longer "
                    + "than anybody expected. In a plan Rubicon watches over that. Concurrent builds and VALIDATE are "
                    + "left out: they may run long, and a limit breaks them.",
            """
            ALTER TABLE users ADD COLUMN display_name text;
            """, """
            SET statement_timeout = '1min';
            ALTER TABLE users ADD COLUMN display_name text;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        if (statements.step() == null && !MissingLockTimeoutRule.set("statement_timeout", judged)) {
            SessionTimeouts.firstUnlimited("statement_timeout", judged).ifPresent(each -> findings.add(PAGE, each,
                    "Nothing limits how long the statements of the script run with their locks held",
                    SessionTimeouts.safeForm("statement_timeout", "1min", each, judged)));
        }
    }
}
