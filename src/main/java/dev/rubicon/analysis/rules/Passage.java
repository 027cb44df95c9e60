package dev.rubicon.analysis.rules;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way that led to a statement. Its lists grow as the reading goes on: they are valid only while a rule judges the
 * statement, and copied for none, since scripts can be long.
 *
 * @param plan the plan that it is part of, or null; in a plan the engine sets timeouts, runs each step in a transaction
 *     of its own or alone, and retries
 * @param inTransaction whether a transaction is open: BEGIN was written, or whoever runs the text opens one around it
 * @param transaction the statements before it in that transaction, or empty
 * @param script the statements before it in the same step and direction, or in the same file
 */
public record Passage(@Nullable WholePlan plan, boolean inTransaction, List<Judged> transaction, List<Judged> script) {

    public boolean inPlan() {
        return plan != null;
    }

    /** The nearest statement before in the same transaction that meets a condition. */
    public Optional<Judged> inSameTransaction(java.util.function.Predicate<Judged> condition) {
        return transaction.reversed().stream().filter(condition).findFirst();
    }
}
