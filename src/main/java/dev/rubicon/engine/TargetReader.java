package dev.rubicon.engine;

import dev.rubicon.engine.schema.SchemaSnapshot;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection that reads. Every query runs in a READ ONLY transaction of its own. */
public interface TargetReader extends AutoCloseable {

    /**
     * Runs one SELECT.
     *
     * @return the rows, each a list of values as text, at most 1,000
     * @throws QueryFailed when the target refuses the query or the time is over
     */
    List<List<@Nullable String>> query(String sql, Duration timeout);

    /** The newest row of each step of this plan in the ledger; empty when there is no ledger yet. */
    List<LedgerRow> ledger(String plan);

    /**
     * Rows that the backfill of a step has set aside, in the order of their ids.
     *
     * @param after id of the last row known, or 0
     * @throws QueryFailed when the target refuses
     */
    List<SetAside> aside(String plan, String step, Direction direction, long after, int limit);

    /**
     * Reads the whole schema from the target's catalogs.
     *
     * @throws QueryFailed when the target refuses or the time is over
     */
    Catalog catalog();

    /**
     * Reads the schema as text, object by object, with what rebuilds it.
     *
     * @throws QueryFailed when the target refuses, the time is over, or a table is held exclusively for long
     */
    SchemaSnapshot snapshot();

    @Override
    void close();
}
