package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** lock_timeout set when a lock was taken already. */
final class LockTimeoutAfterRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("lock-timeout-after",
            "lock_timeout set behind the statement that needs it", Severity.WARNING,
            "A setting holds from its statement on. What stands before it waits for its lock without end.",
            """
            ALTER TABLE users ADD COLUMN display_name text;
            SET lock_timeout = '2s';
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
        @Nullable
        Judged unlimited = null;
        boolean said = false;
        for (Judged each : judged) {
            session.run(each);
            if (unlimited == null && !said && SessionTimeouts.queues(each)) {
                unlimited = each;
            }
            boolean now = !SessionTimeouts.unlimited(session.value());
            if (now && !said && unlimited != null) {
                findings.add(PAGE, each, "lock_timeout is set here, behind " + unlimited.statement().sql()
                        + ", which waits without a limit",
                        each.statement().sql() + ";\n" + unlimited.statement().sql()
                                + ";");
                return;
            }
            said |= session.value() != null;
        }
    }
}
