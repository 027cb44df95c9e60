package dev.rubicon.analysis.rules;

import java.util.List;
import java.util.Optional;

/**
 * The way that led to a statement. Its lists grow as the reading goes on: they are valid only while a rule judges the
 * statement, and copied for none, since scripts can be long.
 *
 * @param inPlan whether it is part of a plan; there the engine sets timeouts, runs each step in a transaction of its own or
 *     alone, and retries
 * @param inTransaction whether a transaction is open: BEGIN was written, or whoever runs the text opens one around it
 * @param transaction the statements before it in that transaction, or empty
 * @param script the statements before it in the same step and direction, or in the same file
 */
public record Passage(boolean inPlan, boolean inTransaction, List<Judged> transaction, List<Judged> script) {

    /** The nearest statement before in the same transaction that meets a condition. */
    public Optional<Judged> inSameTransaction(java.util.function.Predicate<Judged> condition) {
        return transaction.reversed().stream().filter(condition).findFirst();
    }
}
