package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Optional;

/** A script that may wait for a lock without end. */
final class MissingLockTimeoutRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("missing-lock-timeout",
            "A script that may wait for a lock without end", Severity.INFO,
            "A statement that waits for its lock lets everybody else wait behind it, and without a lock_timeout it "
                    + "waits for as long as the longest transaction. In a plan Rubicon sets the limit and tries again; a "
                    + "script has to do so itself. Concurrent builds and VALIDATE are left out: they keep nobody out, and a "
                    + "short limit breaks them.",
            """
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
        if (statements.step() != null || set("lock_timeout", judged)) {
            return;
        }
        Optional<Judged> first = SessionTimeouts.firstUnlimited("lock_timeout", judged);
        first.ifPresent(each -> findings.add(PAGE, each,
                "Nothing limits how long the script waits for its locks, and others wait behind it",
                SessionTimeouts.safeForm("lock_timeout", "2s", each, judged)));
    }

    /** Whether the script says anything of it; what it says is for other rules. */
    static boolean set(String setting, List<Judged> judged) {
        return judged.stream().anyMatch(each -> each.actions(dev.rubicon.engine.facts.Action.Setting.class)
                .anyMatch(one -> one.name().equals(setting) && one.value() != null));
    }
}
