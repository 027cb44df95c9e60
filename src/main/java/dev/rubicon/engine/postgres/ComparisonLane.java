package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Lane;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.engine.postgres.ComparisonRows.Sums;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One connection that compares, batch by batch: a READ ONLY transaction that counts, and a short one behind it that notes
 * the counts with the cursor. Who dies between the two repeats one batch.
 */
final class ComparisonLane implements Lane, Lanes.Held {

    private static final long ROWS_OF_A_SAMPLE = 100;

    private final ComparisonRun run;
    private final Connection connection;
    private final int pid;
    private String limits = "";
    private volatile boolean cancelled;
    private volatile boolean astray;

    ComparisonLane(ComparisonRun run, Connection connection, int pid) {
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
        return astray;
    }

    @Override
    public BatchEnd perform(Batch batch) {
        astray = true;
        BatchEnd end = attempted(batch);
        astray = end instanceof BatchEnd.Ended ended && ended.outcome() instanceof StepOutcome.Lost;
        return end;
    }

    private BatchEnd attempted(Batch batch) {
        long began = System.nanoTime();
        Range range = batch.range();
        try {
            limit(batch.timeout());
            Walk walk = run.walk(range);
            boolean sample = run.sampled() && walk instanceof Walk.ByKey;
            Walk.Next found = walk.next(connection, range.after(), range.until(),
                    sample ? Math.min(ROWS_OF_A_SAMPLE, batch.rows()) : batch.rows());
            Walk.Next next = sample ? new Walk.Next(found.upTo(), found.rows(), true) : found;
            try {
                return noted(range, next, counted(run.count(walk, range.after(), next.upTo())));
            } catch (SQLException e) {
                if (next.rows() > 1 || !BackfillLane.ofRows(e)) {
                    throw e;
                }
                return noted(range, next, ComparisonRows.unread(String.join(", ", next.upTo())));
            }
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            return judged(e, batch, System.nanoTime() - began >= batch.timeout().toNanos() * 0.9);
        }
    }

    /** The text is the author's: in a READ ONLY transaction no function in it can change anything. */
    private Sums counted(String sql) throws SQLException {
        connection.setAutoCommit(false);
        try {
            Rows.execute(connection, "SET TRANSACTION READ ONLY");
            return RawQuery.row(connection, sql, ComparisonLane::sums);
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static Sums sums(ResultSet row) throws SQLException {
        String example = row.getString(7);
        return new Sums(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6),
                0, example == null ? List.of() : List.of(example));
    }

    /** Both statements in one round trip and one transaction, as they are sent together. */
    private BatchEnd noted(Range range, Walk.Next next, Sums found) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SELECT token FROM rubicon.fence FOR SHARE;\n" + run.sums().note(range, next, found));
            demandFence(statement.getResultSet());
            connection.commit();
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        return new BatchEnd.Done(new Range(range.number(), range.relation(), range.walk(), next.upTo(), range.until(),
                range.expected(), range.scanned() + next.rows()), next.last(), next.rows(), 0);
    }

    private void demandFence(ResultSet row) throws SQLException {
        long token = row.next() ? row.getLong(1) : -1;
        if (token != run.attempt().fence()) {
            throw new Ending(new StepOutcome.Fenced(token));
        }
    }

    private BatchEnd judged(SQLException e, Batch batch, boolean timedOut) {
        String state = String.valueOf(e.getSQLState());
        if (run.attempt().lost(e) || closed()) {
            Connections.closeQuietly(connection);
            return new BatchEnd.Ended(new StepOutcome.Lost("The connection broke while rows were compared: "
                    + e.getMessage()));
        }
        if (SqlStates.lockRefused(e)) {
            return new BatchEnd.Refused(String.valueOf(e.getMessage()));
        }
        if (SqlStates.cancelled(e) && cancelled) {
            return new BatchEnd.Ended(
                    new StepOutcome.Stopped(Signal.CANCEL, "while rows were compared; nothing changed"));
        }
        if (SqlStates.cancelled(e) && !timedOut) {
            return new BatchEnd.Ended(
                    new StepOutcome.Failed("cancelled-by-other", "Somebody else cancelled a comparison "
                            + "on the server (57014, not by Rubicon)", state, Map.of()));
        }
        return timedOut || BackfillLane.ofRows(e)
                ? new BatchEnd.Broken(batch.rows(), String.valueOf(e.getMessage()), state)
                : new BatchEnd.Ended(Ending.refused(e, "the comparison of a range").outcome());
    }

    private boolean closed() {
        try {
            return connection.isClosed();
        } catch (SQLException broken) {
            return true;
        }
    }

    /** A row that takes longer than the timeout by itself is passed by, and said to be unread. */
    @Override
    public BatchEnd quarantine(Range range, BatchEnd.Broken why) {
        try {
            Walk.Next next = run.walk(range).next(connection, range.after(), range.until(), 1);
            return noted(range, next, ComparisonRows.unread(String.join(", ", next.upTo())));
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            return new BatchEnd.Ended(Ending.refused(e, "the comparison of one row").outcome());
        }
    }

    private void limit(Duration timeout) throws SQLException {
        Duration lockWait = run.attempt().order().burst();
        String wanted = timeout + " " + lockWait;
        if (!limits.equals(wanted)) {
            Rows.first(connection, """
                    SELECT set_config('statement_timeout', ?, false), set_config('lock_timeout', ?, false),
                           set_config('synchronous_commit', 'off', false),
                           set_config('idle_in_transaction_session_timeout', '2s', false)""", row -> row.getString(1),
                    timeout.toMillis() + "ms", Math.max(1, lockWait.toMillis()) + "ms");
            limits = wanted;
        }
    }

    @Override
    public void unlimited() throws SQLException {
        if (!limits.isEmpty()) {
            limits = "";
            Rows.execute(connection, """
                    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
                    RESET synchronous_commit""");
        }
    }

    @Override
    public List<Holder> blockers() {
        return run.guarded(() -> run.attempt().guard().blocking(pid));
    }

    @Override
    public void cancel() {
        cancelled = true;
        run.guarded(() -> {
            run.attempt().guard().cancel(pid);
            return true;
        });
    }
}
