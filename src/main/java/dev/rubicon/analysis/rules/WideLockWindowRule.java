package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Several tables locked in one transaction. */
final class WideLockWindowRule implements Rule.OfScript {

    private static final RulePage PAGE = new RulePage("wide-lock-window",
            "Several tables locked in one transaction", Severity.WARNING,
            "The first table stays locked while the transaction waits for the next, so a wait at one table becomes a wait "
                    + "at all; and an application that takes them in another order runs into a deadlock.",
            """
            BEGIN;
            ALTER TABLE users ADD COLUMN region text;
            ALTER TABLE orders ADD COLUMN region text;
            ALTER TABLE invoices ADD COLUMN region text;
            ALTER TABLE payments ADD COLUMN region text;
            COMMIT;
            """, """
            BEGIN;
            ALTER TABLE users ADD COLUMN region text;
            COMMIT;
            BEGIN;
            ALTER TABLE orders ADD COLUMN region text;
            COMMIT;
            """);
    private static final int MANY = 4;

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        Transactions.of(judged).forEach(span -> judge(span, findings));
    }

    /** Rows changed do not count: only locks that keep other writers of the whole table out. */
    private static void judge(Transactions.Span span, Findings findings) {
        Set<QualifiedName> locked = new LinkedHashSet<>();
        Judged last = null;
        int statements = 0;
        for (Judged each : span.statements()) {
            if (locked.addAll(Held.tables(each, LockMode.SHARE).stream().map(QualifiedName::resolved).toList())) {
                last = each;
                statements++;
            }
        }
        if (last != null && statements > 1) {
            boolean grave = span.certain() && locked.size() >= MANY;
            String tables = Sentences.list(locked.stream().map(WideLockWindowRule::shown).toList());
            findings.add(PAGE, grave ? Severity.WARNING : Severity.INFO, last,
                    (span.certain() ? "One transaction locks " : "Run in one transaction, the script locks ") + tables
                            + ", and keeps the first locked while it waits for the last",
                    null);
        }
    }

    private static String shown(QualifiedName table) {
        return "public".equals(table.schema()) ? QualifiedName.of(table.name()).sql() : table.sql();
    }
}
