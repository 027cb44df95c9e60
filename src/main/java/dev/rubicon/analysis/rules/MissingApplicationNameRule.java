package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.List;

/** A session that does not say who it is. */
final class MissingApplicationNameRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("missing-application-name",
            "A session that does not say who it is", Severity.INFO, RulePage.Group.STYLE,
            "Whoever looks at the server at night sees a session that holds a lock. With an application_name it says which "
                    + "migration it is. In a plan Rubicon sets it.",
            """
            ALTER TABLE users ADD COLUMN display_name text;
            """, """
            SET application_name = 'migration: add display_name';
            ALTER TABLE users ADD COLUMN display_name text;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        if (statements.step() == null && !MissingLockTimeoutRule.set("application_name", judged)) {
            judged.stream().filter(SessionTimeouts::queues).findFirst().ifPresent(each -> findings.add(PAGE, each,
                    "The script locks tables and does not say who it is",
                    "SET application_name = 'migration: what it does';"));
        }
    }
}
