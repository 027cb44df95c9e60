package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Lane;
import dev.rubicon.engine.RangeWork.Manner;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection that does batches. A batch is one transaction of one round trip and its commit: the fence, shared with
 * the other lanes and closed to a successor; then the rows and the cursor in one statement.
 */
final class BackfillLane implements Lane, Lanes.Held {

    /** Integrity, data, cardinality, a view's check, an exception of a trigger, a row too large for its index. */
    private static final Set<String> OF_ROWS = Set.of("23", "22", "21", "44", "P0", "54");
    /** As long as most holders of a row keep it, and too short to be felt by those whose rows the batch holds. */
    private static final Duration SWIFT = Duration.ofMillis(10);
    private static final Duration QUARANTINE = Duration.ofSeconds(10);
    private static final String IDLE_IN_TRANSACTION = "2s";

    private final BackfillRun run;
    private final Connection connection;
    private final int pid;
    private String limits = "";
    private volatile boolean cancelled;
    private volatile boolean broken;
    private volatile boolean working;
    private String statement = "";

    BackfillLane(BackfillRun run, Connection connection, int pid) {
        this.run = run;
        this.connection = connection;
        this.pid = pid;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public boolean astray() {
        return broken || working;
    }

    @Override
    public BatchEnd perform(Batch batch) {
        working = true;
        BatchEnd end = attempted(batch);
        working = false;
        return end;
    }

    private BatchEnd attempted(Batch batch) {
        long began = System.nanoTime();
        Walk.@Nullable Next next = null;
        try {
            limit(batch.timeout(), batch.manner() == Manner.SWIFT ? SWIFT : run.order().stallBudget());
            Range range = batch.range();
            next = run.walk(range).next(connection, range.after(), range.until(), batch.rows());
            return change(batch, next);
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            boolean timedOut = System.nanoTime() - began >= batch.timeout().toNanos() * 0.9;
            return judged(e, next == null ? batch.rows() : Math.min(batch.rows(), Math.max(1, next.rows())), timedOut,
                    batch.timeout());
        }
    }

    private record Counts(long changed, long still, @Nullable String example, int cursors) {}

    private BatchEnd change(Batch batch, Walk.Next next) throws SQLException {
        Range range = batch.range();
        Walk walk = run.walk(range);
        String sql = run.text().batch(walk, range.after(), next.upTo(), batch.manner() == Manner.SKIPPING,
                run.except(walk), run.rows().advance(range, next, "(SELECT changed FROM rubicon_count)"));
        statement = sql;
        Counts counts = transaction(sql);
        return done(range, next, counts.changed);
    }

    private static BatchEnd done(Range range, Walk.Next next, long changed) {
        return new BatchEnd.Done(new Range(range.number(), range.relation(), range.walk(), next.upTo(), range.until(),
                range.expected(), range.scanned() + next.rows()), next.last(), next.rows(), changed);
    }

    private Counts transaction(String sql) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            // FOR SHARE: lanes do not wait for each other, a successor's UPDATE waits for us, and we are refused behind it
            String own = run.ownWrites();
            statement.execute("SELECT token%s FROM rubicon.fence FOR SHARE;\n%s%s".formatted(
                    own == null ? "" : ", " + own, sql, own == null ? "" : ";\nSELECT " + own));
            long before = demandFence(statement.getResultSet(), own != null);
            Counts counts = null;
            if (statement.getMoreResults()) {
                counts = counts(statement.getResultSet());
            }
            if (counts == null || counts.cursors != 1) {
                throw Ending.failed("cursor-missing",
                        "The row of rubicon.backfill_range that this batch was to advance was deleted");
            }
            if (own != null && statement.getMoreResults()) {
                noteSideEffect(number(statement.getResultSet()) - before - run.text().rowCountSign() * counts.changed);
            }
            run.demandConvergence(counts.changed, counts.still, String.valueOf(counts.example));
            commit();
            return counts;
        } catch (SQLException | RuntimeException e) {
            rollBack();
            throw e;
        } finally {
            auto();
        }
    }

    private static Counts counts(ResultSet row) throws SQLException {
        row.next();
        return new Counts(row.getLong(1), row.getLong(2), row.getString(3), row.getInt(4));
    }

    private static long number(ResultSet row) throws SQLException {
        row.next();
        return row.getLong(1);
    }

    /** Rows of the table that a trigger of the batch made come or go. */
    private void noteSideEffect(long rows) throws SQLException {
        if (rows != 0) {
            Rows.execute(connection, run.evidence().sideEffect(rows));
        }
    }

    /** @return the row's second column, where it has one */
    private long demandFence(ResultSet row, boolean counts) throws SQLException {
        if (!row.next()) {
            throw Ending.failed("fence-missing", "The row of rubicon.fence was deleted");
        }
        if (row.getLong(1) != run.fence()) {
            throw new Ending(new StepOutcome.Fenced(row.getLong(1)));
        }
        return counts ? row.getLong(2) : 0;
    }

    private void commit() throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (lost(e)) {
                throw lost("The connection broke during the commit of a batch: the cursor will tell");
            }
            throw e;
        }
    }

    @Override
    public BatchEnd quarantine(Range range, BatchEnd.Broken why) {
        working = true;
        BatchEnd end = attemptedQuarantine(range, why);
        working = false;
        return end;
    }

    private BatchEnd attemptedQuarantine(Range range, BatchEnd.Broken why) {
        try {
            limit(QUARANTINE, run.order().stallBudget());
            Walk walk = run.walk(range);
            Walk.Next next = walk.next(connection, range.after(), range.until(), 1);
            statement = run.rows().setAside(run.table(), walk, walk.condition(range.after(), next.upTo()),
                    why.message(), why.sqlState());
            transaction("""
                    WITH rubicon_aside AS (
                    %s
                    ), rubicon_cursor AS (
                    %s
                        RETURNING number
                    )
                    SELECT 0, 0, NULL, (SELECT count(*) FROM rubicon_cursor)""".formatted(statement,
                    run.rows().advance(range, next, "0")));
            return done(range, next, 0);
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            BatchEnd judged = judged(e, 1, false, QUARANTINE);
            return judged instanceof BatchEnd.Broken
                    ? new BatchEnd.Ended(Ending.refused(e, statement).outcome())
                    : judged;
        }
    }

    private BatchEnd judged(SQLException e, long rows, boolean timedOut, Duration timeout) {
        String state = String.valueOf(e.getSQLState());
        if (lost(e)) {
            return new BatchEnd.Ended(lost("The connection broke before the commit: " + e.getMessage()).outcome());
        }
        if (SqlStates.lockRefused(e)) {
            return new BatchEnd.Refused(String.valueOf(e.getMessage()));
        }
        if (SqlStates.cancelled(e)) {
            return cancelled
                    ? new BatchEnd.Ended(new StepOutcome.Stopped(Signal.CANCEL, "rolled back: a batch was broken off"))
                    : timedOut
                            ? new BatchEnd.Broken(rows, "The batch ran longer than " + timeout.toMillis() + " ms",
                                    state)
                            : new BatchEnd.Ended(new StepOutcome.Failed("cancelled-by-other", "Somebody else cancelled "
                                    + "a batch on the server (57014, not by Rubicon): a person or a tool with "
                                    + "pg_cancel_backend, or a timeout set inside a trigger", state, Map.of()));
        }
        return ofRows(e)
                ? new BatchEnd.Broken(rows, String.valueOf(e.getMessage()), state)
                : new BatchEnd.Ended(Ending.refused(e, statement).outcome());
    }

    /** Whether it is some row that the server refuses. */
    static boolean ofRows(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return OF_ROWS.contains(state.substring(0, Math.min(2, state.length())));
    }

    /** A change of limits costs a round trip, so they are set for the session and kept until they differ. */
    private void limit(Duration timeout, Duration lockWait) throws SQLException {
        String wanted = timeout + " " + lockWait;
        if (limits.equals(wanted)) {
            return;
        }
        boolean first = limits.isEmpty();
        Rows.first(connection, """
                SELECT set_config('statement_timeout', ?, false), set_config('lock_timeout', ?, false)""",
                row -> row.getString(1), timeout.toMillis() + "ms", Math.max(1, lockWait.toMillis()) + "ms");
        if (first) {
            settle();
        }
        limits = wanted;
    }

    /**
     * Commits without waiting for the disk: the cursor is in the same transaction, so a server that loses the last batches
     * in a crash has lost their cursors too, and they are done again. Compiling a batch's plan would take longer than it.
     */
    private void settle() throws SQLException {
        Rows.first(connection, """
                SELECT set_config('synchronous_commit', 'off', false),
                       set_config('idle_in_transaction_session_timeout', ?, false),
                       set_config('jit', 'off', false),
                       set_config('enable_seqscan', CASE WHEN ? THEN 'off' ELSE current_setting('enable_seqscan') END,
                                  false)""", row -> row.getString(1), IDLE_IN_TRANSACTION, run.text().plain());
    }

    @Override
    public void unlimited() throws SQLException {
        if (!limits.isEmpty()) {
            limits = "";
            Rows.execute(connection, """
                    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
                    RESET synchronous_commit; RESET jit; RESET enable_seqscan""");
        }
    }

    private void rollBack() {
        try {
            if (!connection.isClosed()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            broken = true;
            Connections.closeQuietly(connection);
        }
    }

    private void auto() throws SQLException {
        if (!connection.isClosed()) {
            connection.setAutoCommit(true);
        }
    }

    private boolean lost(SQLException e) {
        try {
            return SqlStates.connectionLost(e) || connection.isClosed();
        } catch (SQLException closed) {
            return true;
        }
    }

    private Ending lost(String message) {
        broken = true;
        Connections.closeQuietly(connection);
        return new Ending(new StepOutcome.Lost(message));
    }

    @Override
    public List<Holder> blockers() {
        return run.guarded(() -> run.guard().blocking(pid));
    }

    @Override
    public void cancel() {
        cancelled = true;
        run.guarded(() -> {
            run.guard().cancel(pid);
            return true;
        });
    }
}
