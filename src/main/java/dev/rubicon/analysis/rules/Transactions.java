package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.TransactionControl.Control;
import java.util.ArrayList;
import java.util.List;

/** Cuts the statements of a step or script into its transactions. */
final class Transactions {

    private Transactions() {}

    /**
     * One transaction.
     *
     * @param certain whether it is one for sure; false for a script that says nothing of transactions, which many tools run in
     *     one
     */
    record Span(List<Judged> statements, boolean certain) {}

    /** The transactions of several statements, in order. */
    static List<Span> of(List<Judged> judged) {
        if (judged.stream().noneMatch(each -> each.passage().inTransaction() || controls(each))) {
            return judged.stream().allMatch(each -> each.statement().transactional())
                    ? List.of(new Span(judged, false))
                    : List.of();
        }
        List<Span> spans = new ArrayList<>();
        List<Judged> open = new ArrayList<>();
        for (Judged each : judged) {
            if (ends(each)) {
                spans.add(new Span(List.copyOf(open), true));
                open.clear();
            } else if (each.passage().inTransaction() && !controls(each)) {
                open.add(each);
            }
        }
        spans.add(new Span(open, true));
        return spans;
    }

    private static boolean controls(Judged judged) {
        return judged.statement().transactionControl();
    }

    private static boolean ends(Judged judged) {
        return judged.actions(Action.TransactionControl.class).map(Action.TransactionControl::control)
                .anyMatch(control -> control == Control.COMMIT || control == Control.ROLLBACK
                        || control == Control.PREPARE);
    }
}
