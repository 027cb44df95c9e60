package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.List;

/** lock_timeout turned off before a lock that others wait behind. */
final class LockTimeoutZeroRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("lock-timeout-zero",
            "No limit for waiting, by the script's own word", Severity.WARNING,
            "lock_timeout = 0 means to wait without end. While the statement waits, everybody who wants the table waits "
                    + "behind it. Zero is right for concurrent builds and VALIDATE alone.",
            """
            SET lock_timeout = 0;
            ALTER TABLE users ADD COLUMN display_name text;
            """, """
            SET lock_timeout = '2s';
            ALTER TABLE users ADD COLUMN display_name text;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        SessionTimeouts session = new SessionTimeouts("lock_timeout");
        for (Judged each : judged) {
            if (session.value() != null && SessionTimeouts.unlimited(session.value()) && SessionTimeouts.queues(each)) {
                findings.add(PAGE, each, "lock_timeout is 0 here: " + statements.subject()
                        + " may wait for its lock without end, and others wait behind it",
                        SessionTimeouts.safeForm("lock_timeout", "2s", each, judged));
                return;
            }
            session.run(each);
        }
    }
}
