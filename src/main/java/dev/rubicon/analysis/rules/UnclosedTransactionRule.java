package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction that the script begins and never ends. */
final class UnclosedTransactionRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("unclosed-transaction",
            "A transaction that nobody commits", Severity.ERROR,
            "What is not committed when the session ends is rolled back: the script seems to run through and leaves "
                    + "nothing behind. Until then it keeps its locks.",
            """
            BEGIN;
            ALTER TABLE users ADD COLUMN display_name text;
            """, """
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
        if (statements.step() != null) {
            return;
        }
        @Nullable
        Judged begin = null;
        for (Judged each : judged) {
            for (Action.TransactionControl control : each.actions(Action.TransactionControl.class).toList()) {
                begin = switch (control.control()) {
                    case BEGIN -> begin == null ? each : begin;
                    case COMMIT, ROLLBACK -> control.chain() ? each : null;
                    case PREPARE -> null;
                    case SAVEPOINT, RELEASE, ROLLBACK_TO -> begin;
                };
            }
        }
        if (begin != null) {
            findings.add(PAGE, begin, "The transaction that begins here is never committed", "COMMIT;");
        }
    }
}
