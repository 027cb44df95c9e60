package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.time.Duration;
import java.util.List;

/** A lock_timeout that lets others wait for long. */
final class LockTimeoutTooLongRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("lock-timeout-too-long",
            "A lock_timeout that lets others wait for long", Severity.WARNING,
            "While the statement waits for its lock, everybody who wants the table waits behind it, up to the whole "
                    + "lock_timeout, and that for each relation anew. A few seconds and another try are kinder than one long "
                    + "wait.",
            """
            SET lock_timeout = '5min';
            ALTER TABLE users ADD COLUMN display_name text;
            """, """
            SET lock_timeout = '2s';
            ALTER TABLE users ADD COLUMN display_name text;
            """);
    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration VERY_LONG = Duration.ofSeconds(60);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        SessionTimeouts session = new SessionTimeouts("lock_timeout");
        for (Judged each : judged) {
            Duration wait = SessionTimeouts.length(session.value()).orElse(Duration.ZERO);
            if (wait.compareTo(LONG) > 0 && SessionTimeouts.queues(each)) {
                findings.add(PAGE, wait.compareTo(VERY_LONG) > 0 ? Severity.WARNING : Severity.INFO, each,
                        "Others may wait " + session.value() + " behind this statement",
                        SessionTimeouts.safeForm("lock_timeout", "2s", each, judged));
                return;
            }
            session.run(each);
        }
    }
}
