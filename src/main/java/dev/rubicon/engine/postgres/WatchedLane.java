package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Lane;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** One connection that does batches: its limits, what its errors mean, and the looks from the lock connection. */
abstract class WatchedLane implements Lane {

    /** Integrity, data, cardinality, a view's check, an exception of a trigger, a row too large for its index. */
    private static final Set<String> OF_ROWS = Set.of("23", "22", "21", "44", "P0", "54");
    private static final String IDLE_IN_TRANSACTION = "2s";

    private final WatchedRun run;
    private final Connection connection;
    private final int pid;
    private final boolean alongRanges;
    private final Words words;
    private String limits = "";
    private volatile boolean cancelled;
    private volatile boolean broken;
    private volatile boolean working;

    /**
     * What is said of a batch.
     *
     * @param lost before the server's message, when the connection broke before the batch was over
     * @param stopped when it was broken off, as asked
     * @param cancelled when somebody else broke it off
     */
    record Words(String lost, String stopped, String cancelled) {}

    /** @param alongRanges whether the statements look at no other table, so that they are best served along the ranges */
    WatchedLane(WatchedRun run, Connection connection, int pid, boolean alongRanges, Words words) {
        this.run = run;
        this.connection = connection;
        this.pid = pid;
        this.alongRanges = alongRanges;
        this.words = words;
    }

    abstract BatchEnd attempted(Batch batch);

    abstract BatchEnd attemptedQuarantine(Range range, BatchEnd.Broken why);

    /** The statements that the lane sends now, for the message of an error that is none of their rows'. */
    abstract String changing();

    final Connection connection() {
        return connection;
    }

    final int pid() {
        return pid;
    }

    /** Whether its backend may do something that we do not know of. */
    final boolean astray() {
        return broken || working;
    }

    @Override
    public final BatchEnd perform(Batch batch) {
        return atWork(() -> attempted(batch));
    }

    @Override
    public final BatchEnd quarantine(Range range, BatchEnd.Broken why) {
        return atWork(() -> attemptedQuarantine(range, why));
    }

    private BatchEnd atWork(Supplier<BatchEnd> doing) {
        working = true;
        BatchEnd end = doing.get();
        working = false;
        return end;
    }

    static BatchEnd.Done done(Range range, Walk.Next next, long scanned, long changed) {
        return new BatchEnd.Done(new Range(range.number(), range.relation(), range.walk(), next.upTo(), range.until(),
                range.expected(), range.scanned() + scanned), next.last(), scanned, changed);
    }

    final void demandFence(ResultSet row) throws SQLException {
        if (!row.next()) {
            throw Ending.failed("fence-missing", "The row of rubicon.fence was deleted");
        }
        if (row.getLong(1) != run.attempt().fence()) {
            throw new Ending(new StepOutcome.Fenced(row.getLong(1)));
        }
    }

    /**
     * What an error of a batch means.
     *
     * @param rows that the batch held
     * @param began when, by {@link System#nanoTime()}
     */
    final BatchEnd judged(SQLException e, long rows, long began, Duration timeout) {
        boolean timedOut = System.nanoTime() - began >= timeout.toNanos() * 0.9;
        String state = String.valueOf(e.getSQLState());
        if (lost(e)) {
            return new BatchEnd.Ended(lost(words.lost + e.getMessage()).outcome());
        }
        if (SqlStates.lockRefused(e)) {
            return new BatchEnd.Refused(String.valueOf(e.getMessage()));
        }
        if (SqlStates.cancelled(e)) {
            return cancelled
                    ? new BatchEnd.Ended(new StepOutcome.Stopped(Signal.CANCEL, words.stopped))
                    : timedOut
                            ? new BatchEnd.Broken(rows, "The batch ran longer than " + timeout.toMillis() + " ms",
                                    state)
                            : new BatchEnd.Ended(new StepOutcome.Failed("cancelled-by-other", words.cancelled, state,
                                    Map.of()));
        }
        return ofRows(e)
                ? new BatchEnd.Broken(rows, String.valueOf(e.getMessage()), state)
                : new BatchEnd.Ended(Ending.refused(e, changing()).outcome());
    }

    /** Whether it is some row that the server refuses. */
    static boolean ofRows(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return OF_ROWS.contains(state.substring(0, Math.min(2, state.length())));
    }

    final boolean lost(SQLException e) {
        return Connections.lost(connection, e);
    }

    final Ending lost(String message) {
        breakOff();
        return new Ending(new StepOutcome.Lost(message));
    }

    /** The connection is of no more use. */
    final void breakOff() {
        broken = true;
        Connections.closeQuietly(connection);
    }

    /** A change of limits costs a round trip, so they are set for the session and kept until they differ. */
    final void limit(Duration timeout, Duration lockWait) throws SQLException {
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
                                  false)""", row -> row.getString(1), IDLE_IN_TRANSACTION, alongRanges);
    }

    /** Makes the connection one for other work again. */
    final void unlimited() throws SQLException {
        if (!limits.isEmpty()) {
            limits = "";
            Rows.execute(connection, """
                    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
                    RESET synchronous_commit; RESET jit; RESET enable_seqscan""");
        }
    }

    @Override
    public final List<Holder> blockers() {
        List<Holder> blocking = run.guarded(() -> run.attempt().guard().blocking(pid));
        run.attempt().sight().waitsFor(blocking);
        return blocking;
    }

    @Override
    public final void cancel() {
        cancelled = true;
        run.guarded(() -> {
            run.attempt().guard().cancel(pid);
            return true;
        });
    }
}
