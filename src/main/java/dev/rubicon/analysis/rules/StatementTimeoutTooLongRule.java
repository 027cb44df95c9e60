package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.time.Duration;
import java.util.List;

/** A statement_timeout that is no limit. */
final class StatementTimeoutTooLongRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("statement-timeout-too-long",
            "A statement_timeout that is no limit", Severity.INFO,
            "What a statement locks stays locked for as long as it runs. A limit of many minutes lets a mistake stop the "
                    + "application for as many.",
            """
            SET statement_timeout = '2h';
            ALTER TABLE users ALTER COLUMN id TYPE bigint;
            """, """
            SET statement_timeout = '1min';
            ALTER TABLE users ADD COLUMN new_id bigint;
            """);
    private static final Duration LONG = Duration.ofMinutes(10);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        SessionTimeouts session = new SessionTimeouts("statement_timeout");
        for (Judged each : judged) {
            Duration limit = SessionTimeouts.length(session.value()).orElse(Duration.ZERO);
            if (limit.compareTo(LONG) > 0 && SessionTimeouts.queues(each)) {
                findings.add(PAGE, each, "This statement may hold its locks for " + session.value(),
                        SessionTimeouts.safeForm("statement_timeout", "1min", each, judged));
                return;
            }
            session.run(each);
        }
    }
}
