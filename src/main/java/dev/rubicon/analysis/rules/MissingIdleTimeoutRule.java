package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.List;

/** A transaction that may stay open when its client is gone. */
final class MissingIdleTimeoutRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("missing-idle-in-transaction-timeout",
            "A transaction that may stay open when its client hangs", Severity.INFO, RulePage.Group.STYLE,
            "A client that hangs between two statements keeps its locks. idle_in_transaction_session_timeout ends such a "
                    + "session. In a plan Rubicon sets it.",
            """
            BEGIN;
            ALTER TABLE users ADD COLUMN display_name text;
            COMMIT;
            """, """
            SET idle_in_transaction_session_timeout = '10s';
            BEGIN;
            ALTER TABLE users ADD COLUMN display_name text;
            COMMIT;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        if (statements.step() == null
                && !MissingLockTimeoutRule.set("idle_in_transaction_session_timeout", judged)) {
            judged.stream().filter(each -> each.passage().inTransaction() && SessionTimeouts.queues(each)).findFirst()
                    .ifPresent(each -> findings.add(PAGE, each,
                            "The script locks tables in a transaction that nothing ends when its client hangs",
                            "SET idle_in_transaction_session_timeout = '10s';"));
        }
    }
}
