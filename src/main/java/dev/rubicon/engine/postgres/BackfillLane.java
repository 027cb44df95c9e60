package dev.rubicon.engine.postgres;

import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Manner;
import dev.rubicon.engine.RangeWork.Range;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection that does batches. A batch is one transaction of two round trips: the fence, shared with the other lanes
 * and closed to a successor, and the rows; then the cursor, which learns how many they were, and the commit.
 */
final class BackfillLane extends WatchedLane {

    private static final Words WORDS = new Words("The connection broke before the commit: ",
            "rolled back: a batch was broken off",
            "Somebody else cancelled a batch on the server (57014, not by Rubicon): "
                    + "a person or a tool with pg_cancel_backend, or a timeout set inside a trigger");
    /** As long as most holders of a row keep it, and too short to be felt by those whose rows the batch holds. */
    private static final Duration SWIFT = Duration.ofMillis(10);
    private static final Duration QUARANTINE = Duration.ofSeconds(10);
    /** In the first pass each row of one batch in so many is asked whether it still matches; a sweep asks all. */
    private static final int CHECKED = 16;
    /** With fewer of its rows to change a block need not be thinned out, and looking twice would cost more than it saves. */
    private static final double DENSE = 0.4;
    /** Batches, after which no other lane's batch can see what was there before. */
    private static final int BEHIND = 2;

    private final BackfillRun run;
    private final Connection connection;
    private int batches;
    private int spoiltRange;
    private boolean dense;
    private final Deque<String> behind = new ArrayDeque<>();
    private String changing = "";

    BackfillLane(BackfillRun run, Connection connection, int pid) {
        super(run, connection, pid, run.text().plain(), WORDS);
        this.run = run;
        this.connection = connection;
    }

    @Override
    BatchEnd attempted(Batch batch) {
        long began = System.nanoTime();
        Walk.@Nullable Next next = null;
        try {
            limit(batch.timeout(), batch.manner() == Manner.SWIFT ? SWIFT : run.order().stallBudget());
            next = next(batch);
            return change(batch, next);
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            BatchEnd end = judged(e,
                    next == null ? batch.rows() : Math.min(batch.rows(), Math.max(1, next.rows())), began,
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
            ResultSet fence = statement.getResultSet();
            demandFence(fence);
            long ownBefore = own == null ? 0 : fence.getLong(2);
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
        } catch (SQLException | RuntimeException | Error e) {
            rollBack();
            throw e;
        } finally {
            // commits what is still open
            auto();
        }
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
    BatchEnd attemptedQuarantine(Range range, BatchEnd.Broken why) {
        long began = System.nanoTime();
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
            BatchEnd judged = judged(e, 1, began, QUARANTINE);
            return judged instanceof BatchEnd.Broken
                    ? new BatchEnd.Ended(Ending.refused(e, changing).outcome())
                    : judged;
        }
    }

    @Override
    String changing() {
        return changing;
    }

    private void rollBack() {
        try {
            if (!connection.isClosed()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            breakOff();
        }
    }

    private void auto() throws SQLException {
        if (!connection.isClosed()) {
            connection.setAutoCommit(true);
        }
    }
}
