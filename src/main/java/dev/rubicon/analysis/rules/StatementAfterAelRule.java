package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** More work while a table is closed to everybody. */
final class StatementAfterAelRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("statement-after-ael",
            "More work while a table is closed to everybody", Severity.WARNING,
            "An ACCESS EXCLUSIVE lock stays to the end of its transaction. What follows in the same transaction is done "
                    + "while nobody can even read the table, so a lock of milliseconds becomes one of minutes.",
            """
            BEGIN;
            ALTER TABLE users ADD COLUMN display_name text;
            UPDATE users SET display_name = username WHERE display_name IS NULL;
            COMMIT;
            """, """
            BEGIN;
            ALTER TABLE users ADD COLUMN display_name text;
            COMMIT;
            BEGIN;
            UPDATE users SET display_name = username WHERE display_name IS NULL AND id < 10000;
            COMMIT;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        Transactions.of(judged).forEach(span -> judge(span, findings));
    }

    private static void judge(Transactions.Span span, Findings findings) {
        @Nullable
        QualifiedName closed = null;
        boolean said = false;
        for (Judged each : span.statements()) {
            List<QualifiedName> closes = Held.tables(each, LockMode.ACCESS_EXCLUSIVE);
            boolean slow = Held.slow(each);
            if (closed != null && (slow || (!said && !closes.isEmpty()))) {
                said = true;
                findings.add(PAGE, slow && span.certain() ? Severity.WARNING : Severity.INFO, each,
                        message(each, closed, span.certain()), "COMMIT;\n" + each.statement().sql() + ";");
            }
            closed = closed == null && !closes.isEmpty() ? closes.getFirst() : closed;
        }
    }

    private static String message(Judged judged, QualifiedName closed, boolean certain) {
        String where = certain
                ? "in the same transaction"
                : "if whoever runs the script opens one transaction around it";
        return closed + " is closed to readers and writers while this runs, " + where + ": "
                + Sentences.brief(judged.statement().sql());
    }
}
