package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.TransactionControl.Control;
import dev.rubicon.plan.Severity;
import java.util.List;

/** A statement inside a transaction that the server refuses there. */
final class ConcurrentlyInTxRule implements Rule.OfStatement, Rule.OfScript {

    private static final RulePage PAGE = new RulePage("concurrently-in-tx",
            "A statement inside a transaction that cannot run in one", Severity.BLOCKING,
            "Concurrent builds, drops, rebuilds and detachments commit in between, so PostgreSQL refuses them with 25001 "
                    + "inside a transaction, a DO block or a function. Several statements that are sent as one text are "
                    + "a transaction too. REFRESH MATERIALIZED VIEW CONCURRENTLY is none of them.",
            """
            BEGIN;
            CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
            COMMIT;
            """, """
            CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    /** A plan's engine runs such a statement outside of transactions, if it stands alone in its step. */
    @Override
    public void judge(Judged judged, Findings findings) {
        if (!outside(judged)) {
            return;
        }
        if (judged.nested()) {
            refused(judged, "a DO block, which is always inside of one", findings);
        } else if (judged.passage().inTransaction() && !judged.passage().inPlan()) {
            refused(judged, begun(judged) ? "the one that BEGIN opened" : "the one that is opened around the script",
                    findings);
        }
    }

    private static void refused(Judged judged, String where, Findings findings) {
        findings.add(PAGE, judged,
                "The server refuses to run this inside a transaction, and it stands in " + where + ": "
                        + Sentences.brief(judged.statement().sql()),
                judged.statement().sql() + ";");
    }

    /** Nobody knows whether the tool that runs a script opens a transaction around it; most do. */
    @Override
    public void judge(Statements statements, List<Judged> judged, Findings findings) {
        boolean silent = judged.stream().noneMatch(
                each -> each.passage().inPlan() || each.passage().inTransaction()
                        || each.statement().transactionControl());
        if (silent && judged.stream().anyMatch(ConcurrentlyInTxRule::inside)) {
            judged.stream().filter(ConcurrentlyInTxRule::outside)
                    .forEach(each -> findings.add(PAGE, Severity.INFO, each,
                            "This works only if no transaction is opened around the script, by a tool or by sending its "
                                    + "statements as one text: " + Sentences.brief(each.statement().sql()),
                            each.statement().sql() + ";"));
        }
    }

    private static boolean outside(Judged judged) {
        return !judged.statement().transactional() && !judged.statement().transactionControl();
    }

    private static boolean inside(Judged judged) {
        return !outside(judged) && judged.actions().stream()
                .noneMatch(each -> each instanceof Action.Setting || each instanceof Action.Query);
    }

    private static boolean begun(Judged judged) {
        return judged.passage().script().stream().flatMap(each -> each.actions(Action.TransactionControl.class))
                .anyMatch(each -> each.control() == Control.BEGIN || each.chain());
    }
}
