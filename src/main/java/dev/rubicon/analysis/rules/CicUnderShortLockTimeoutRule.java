package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.time.Duration;
import java.util.Optional;

/** A concurrent build under a timeout that is shorter than what it waits for. */
final class CicUnderShortLockTimeoutRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("cic-under-short-lock-timeout",
            "A concurrent build that a timeout breaks off", Severity.WARNING,
            "A concurrent build waits for every transaction that began before it, on whatever table, and keeps nobody "
                    + "waiting meanwhile. A lock_timeout of seconds, right for everything else, breaks it off behind the "
                    + "first long query and leaves an invalid index; so does a short statement_timeout.",
            """
            SET lock_timeout = '2s';
            CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
            """, """
            SET lock_timeout = 0;
            SET statement_timeout = 0;
            CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
            """);
    private static final Duration SHORT_WAIT = Duration.ofMinutes(1);
    private static final Duration SHORT_BUILD = Duration.ofMinutes(5);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** In a plan the engine sets both. */
    @Override
    public void judge(Judged judged, Findings findings) {
        if (judged.passage().inPlan() || !builds(judged)) {
            return;
        }
        Optional<String> wait = shorter(judged, "lock_timeout", SHORT_WAIT);
        Optional<String> build = shorter(judged, "statement_timeout", SHORT_BUILD);
        String message = Sentences.brief(judged.statement().sql())
                + " waits for older transactions on all tables, and is broken off after ";
        String safeForm = "SET lock_timeout = 0;\nSET statement_timeout = 0;\n" + judged.statement().sql() + ";";
        if (wait.isPresent()) {
            findings.add(PAGE, judged, message + wait.get() + " of waiting: an invalid index would be left", safeForm);
        } else if (build.isPresent()) {
            findings.add(PAGE, judged, message + build.get() + ": an invalid index would be left", safeForm);
        }
    }

    private static boolean builds(Judged judged) {
        return judged.actions().stream().anyMatch(action -> switch (action) {
            case Action.CreateIndex index -> index.concurrently();
            case Action.Reindex reindex -> reindex.concurrently();
            case Action.Drop drop -> drop.concurrently();
            default -> false;
        });
    }

    private static Optional<String> shorter(Judged judged, String setting, Duration enough) {
        String value = judged.schema().setting(setting);
        return SessionTimeouts.length(value).filter(each -> !each.isZero() && each.compareTo(enough) < 0)
                .map(each -> setting + " = " + value);
    }
}
