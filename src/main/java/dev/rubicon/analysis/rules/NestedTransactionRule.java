package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.TransactionControl.Control;
import dev.rubicon.plan.Severity;
import java.util.Set;

/** A script that begins or ends a transaction that is not its own. */
final class NestedTransactionRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("nested-transaction",
            "BEGIN or COMMIT that does not pair", Severity.ERROR,
            "PostgreSQL has no transactions within transactions: a second BEGIN only warns, and the first COMMIT ends what "
                    + "the tool around the script began. What follows then runs without it, and the tool's own note of "
                    + "the migration may be written although the rest failed.",
            """
            BEGIN;
            BEGIN;
            ALTER TABLE users ADD COLUMN display_name text;
            COMMIT;
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
    public Set<Class<? extends Action>> about() {
        return Set.of(Action.TransactionControl.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        if (judged.at().step() != null || judged.nested()) {
            return;
        }
        judged.actions(Action.TransactionControl.class).forEach(each -> control(judged, each.control(), findings));
    }

    private static void control(Judged judged, Control control, Findings findings) {
        boolean open = judged.passage().inTransaction();
        boolean own = begun(judged);
        switch (control) {
            case BEGIN -> {
                if (open) {
                    findings.add(PAGE, Severity.WARNING, judged, own
                            ? "BEGIN stands inside a transaction that the script began already"
                            : "BEGIN stands inside the transaction that is opened around the script",
                            "Leave BEGIN and its COMMIT out");
                }
            }
            case COMMIT, ROLLBACK -> {
                if (open && !own) {
                    findings.add(PAGE, judged, judged.statement().sql()
                            + " ends the transaction that is opened around the script; what follows runs without it",
                            "Leave " + judged.statement().sql() + " out");
                } else if (!open) {
                    findings.add(PAGE, Severity.WARNING, judged,
                            "There is no transaction here for " + judged.statement().sql() + " to end", null);
                }
            }
            case SAVEPOINT, RELEASE, ROLLBACK_TO, PREPARE -> {}
        }
    }

    /** Whether the script itself began the transaction that is open. */
    private static boolean begun(Judged judged) {
        for (Judged each : judged.passage().script().reversed()) {
            var control = each.actions(Action.TransactionControl.class).findFirst();
            if (control.isPresent()) {
                switch (control.get().control()) {
                    case BEGIN -> {
                        return true;
                    }
                    case COMMIT, ROLLBACK, PREPARE -> {
                        return control.get().chain();
                    }
                    case SAVEPOINT, RELEASE, ROLLBACK_TO -> {}
                }
            }
        }
        return false;
    }
}
