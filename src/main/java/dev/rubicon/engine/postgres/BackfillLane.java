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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection that does batches. A batch is one transaction of two round trips: the fence, shared with the other lanes
 * and closed to a successor, and the rows; then the cursor, which learns how many they were, and the commit.
 */
final class BackfillLane implements Lane, Lanes.Held {

    /** Integrity, data, cardinality, a view's check, an exception of a trigger, a row too large for its index. */
    private static final Set<String> OF_ROWS = Set.of("23", "22", "21", "44", "P0", "54");
    /** As long as most holders of a row keep it, and too short to be felt by those whose rows the batch holds. */
    private static final Duration SWIFT = Duration.ofMillis(10);
    private static final Duration QUARANTINE = Duration.ofSeconds(10);
    private static final String IDLE_IN_TRANSACTION = "2s";
    /** In the first pass each row of one batch in so many is asked whether it still matches; a sweep asks all. */
    private static final int CHECKED = 16;
    /** With fewer of its rows to change a block need not be thinned out, and looking twice would cost more than it saves. */
    private static final double DENSE = 0.4;
    /** Batches, after which no other lane's batch can see what was there before. */
    private static final int BEHIND = 2;

    private final BackfillRun run;
    private final Connection connection;
    private final int pid;
    private String limits = "";
    private int batches;
    private int spoiltRange;
    private boolean dense;
    private final Deque<String> behind = new ArrayDeque<>();
    private volatile boolean cancelled;
    private volatile boolean broken;
    private volatile boolean working;
    private String changing = "";

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
            next = next(batch);
            return change(batch, next);
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            boolean timedOut = System.nanoTime() - began >= batch.timeout().toNanos() * 0.9;
            BatchEnd end = judged(e,
                    next == null ? batch.rows() : Math.min(batch.rows(), Math.max(1, next.rows())), timedOut,
                    batch.timeout());
            spoiltRange = end instanceof BatchEnd.Broken ? batch.range().number() : spoiltRange;
            return end;
        }
    }

    /** Rows are thinned out where nothing stands in the way: no locked row, and none that cannot be changed. */
    private Walk.Next next(Batch batch) throws SQLException {
        Range range = batch.range();
        boolean thins = dense && run.text().thins() && run.copying() && batch.manner() == Manner.SWIFT
                && spoiltRange != range.number();
        return run.walk(range) instanceof BlockWalk blocks && thins
                ? blocks.nextThinning(range.after(), range.until(), batch.rows())
                : run.walk(range).next(connection, range.after(), range.until(), batch.rows());
    }

    private BatchEnd change(Batch batch, Walk.Next next) throws SQLException {
        Range range = batch.range();
        Walk walk = run.walk(range);
        boolean checked = !run.copying() || batches++ % CHECKED == 0;
        List<String> changes = run.text().batch(walk, range.after(), next.upTo(), batch.manner() == Manner.SKIPPING,
                run.except(walk), checked);
        BatchEnd.Done done = transaction(range, next, tidied(walk, range, next), changes);
        dense = done.scanned() == 0 ? dense : done.changed() >= done.scanned() * DENSE;
        return done;
    }

    /**
     * Reads the rows of the batch before the last once more where blocks are thinned out: their old versions are dead to
     * everybody by now, and are pruned while the blocks are at hand. Otherwise the sweep would do it, and write each block
     * to disk and log once more.
     */
    private List<String> tidied(Walk walk, Range range, Walk.Next next) {
        if (!dense || !run.text().thins() || !run.copying()) {
            behind.clear();
            return List.of();
        }
        behind.addLast("SELECT count(*) FROM %s WHERE %s".formatted(walk.source(),
                walk.condition(range.after(), next.upTo())));
        return behind.size() > BEHIND ? List.of(behind.removeFirst()) : List.of();
    }

    private BatchEnd.Done transaction(Range range, Walk.Next next, List<String> before, List<String> changes)
            throws SQLException {
        String seen = run.text().seen(run.walk(range), range.after(), next.upTo());
        List<String> all = new ArrayList<>();
        // FOR SHARE: lanes do not wait for each other, a successor's UPDATE waits for us, and we are refused behind it
        String own = run.ownWrites();
        all.add("SELECT token%s FROM rubicon.fence FOR SHARE".formatted(own == null ? "" : ", " + own));
        all.add(run.rows().hold(range));
        all.add(seen == null ? "SELECT " + next.rows() : seen);
        all.addAll(before);
        all.addAll(changes);
        if (own != null) {
            all.add("SELECT " + own);
        }
        changing = String.join(";\n", changes);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(String.join(";\n", all));
            long ownBefore = demandFence(statement.getResultSet(), own != null);
            demandCursor(statement);
            long scanned = number(statement);
            for (int i = 0; i < before.size(); i++) {
                statement.getMoreResults();
            }
            long changed = 0;
            for (int i = 0; i < changes.size(); i++) {
                changed += changed(statement);
            }
            long sideEffect = own == null ? 0 : number(statement) - ownBefore - run.text().rowCountSign() * changed;
            commit(statement, (sideEffect == 0 ? "" : run.evidence().sideEffect(sideEffect) + ";\n")
                    + run.rows().advance(range, next, scanned, changed));
            return done(range, next, scanned, changed);
        } catch (SQLException | RuntimeException e) {
            rollBack();
            throw e;
        } finally {
            auto();
        }
    }

    private static BatchEnd.Done done(Range range, Walk.Next next, long scanned, long changed) {
        return new BatchEnd.Done(new Range(range.number(), range.relation(), range.walk(), next.upTo(), range.until(),
                range.expected(), range.scanned() + scanned), next.last(), scanned, changed);
    }

    private static void demandCursor(Statement statement) throws SQLException {
        if (!statement.getMoreResults() || !statement.getResultSet().next()) {
            throw Ending.failed("cursor-missing",
                    "The row of rubicon.backfill_range that this batch was to advance was deleted");
        }
    }

    /** The number that the next statement answers. */
    private static long number(Statement statement) throws SQLException {
        statement.getMoreResults();
        ResultSet row = statement.getResultSet();
        row.next();
        return row.getLong(1);
    }

    /** Of the next statement that changes rows. */
    private long changed(Statement statement) throws SQLException {
        if (!statement.getMoreResults()) {
            return statement.getLargeUpdateCount();
        }
        ResultSet row = statement.getResultSet();
        row.next();
        run.demandConvergence(row.getLong(1), row.getLong(2), String.valueOf(row.getString(3)));
        return row.getLong(1);
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

    /** The cursor's row is held already: it is there, and cannot be missed. */
    private void commit(Statement statement, String cursor) throws SQLException {
        try {
            statement.execute(cursor + ";\nCOMMIT");
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
            String aside = run.rows().setAside(run.table(), walk, walk.condition(range.after(), next.upTo()),
                    why.message(), why.sqlState());
            return transaction(range, next, List.of(), List.of("""
                    WITH rubicon_aside AS (
                    %s
                    )
                    SELECT 0, 0, NULL""".formatted(aside)));
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            BatchEnd judged = judged(e, 1, false, QUARANTINE);
            return judged instanceof BatchEnd.Broken
                    ? new BatchEnd.Ended(Ending.refused(e, changing).outcome())
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
                : new BatchEnd.Ended(Ending.refused(e, changing).outcome());
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
