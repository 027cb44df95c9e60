package dev.rubicon.engine;

import dev.rubicon.engine.facts.LockMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a step while it was done.
 *
 * @param millis from its begin to its end, waiting included
 * @param walBytes write-ahead log that the server wrote meanwhile, by whomever
 * @param sizeBytes by which the database's files grew
 * @param locks on what was there before the step, strongest first; none on system catalogs
 * @param rewritten tables, indexes and materialized views whose files were made anew
 * @param statements in the order in which they ran; none for a backfill
 */
public record StepObservation(long millis, long walBytes, long sizeBytes, List<Lock> locks, List<String> rewritten,
        List<Statement> statements) {

    /** Nothing was looked at. */
    public static final StepObservation NOTHING = new StepObservation(0, 0, 0, List.of(), List.of(), List.of());

    public StepObservation {
        locks = List.copyOf(locks);
        rewritten = List.copyOf(rewritten);
        statements = List.copyOf(statements);
    }

    /**
     * @param relation with its schema
     * @param kind what it is, like {@code table}
     * @param exact whether it was read in the transaction that held it, just before the commit; else it was sampled, and one
     *     that was held for less than the time between two looks may be missing
     * @param heldMillis at most, for an exact one: from the begin of the transaction; from the first look to the last for a
     *     sampled one
     */
    public record Lock(String relation, String kind, LockMode mode, boolean exact, long heldMillis) {}

    /**
     * @param rows changed, or -1
     * @param scans tables that were there before it and that it read from one end to the other; null where nobody looked
     */
    public record Statement(String sql, long millis, long rows, @Nullable List<Scan> scans) {}

    /**
     * @param relation with its schema
     * @param rows that it read there; fewer than there are where workers of the server helped
     */
    public record Scan(String relation, long rows) {}
}
