package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Progress;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes many rows, batch by batch, each its own transaction with its cursor. After the walk, sweeps look for rows that
 * others wrote behind it, until none is left.
 */
final class BackfillWork {

    private static final int MOST_PASSES = 10;
    private static final Duration STANDSTILL = Duration.ofMillis(200);
    private static final double SLOWEST = 0.01;

    private final Attempt attempt;
    private final Fragments fragments;
    private final Work.Backfill work;
    private final Connection connection;
    private final Pace pace = new Pace();

    BackfillWork(Attempt attempt, Fragments fragments, Work.Backfill work) {
        this.attempt = attempt;
        this.fragments = fragments;
        this.work = work;
        this.connection = attempt.work();
    }

    private record Batch(Cursor cursor, boolean last) {}

    StepOutcome perform() throws SQLException {
        if (work.dualWrite() != null) {
            throw Ending.failed("not-yet", "This version of Rubicon cannot keep two columns in step by a trigger yet");
        }
        BackfillTable table;
        BackfillText text;
        Walk walk;
        try {
            table = BackfillTable.of(connection, fragments.table("table", work.table()));
            walk = Walk.over(table);
            text = BackfillText.of(connection, fragments, work, table, walk);
        } catch (Fragments.Refused e) {
            throw Ending.failed("syntax-error", String.valueOf(e.getMessage()));
        }
        if (text.needsWhere()) {
            throw Ending.failed("where-missing", "Give the backfill a 'where' that is false for a row once it is "
                    + "changed: rows move here while they are changed, and without it one could be changed twice");
        }
        long changed = walkAll(table, walk, text);
        return new StepOutcome.Done(false, changed, text.rowCountSign() * changed, changed + " rows changed");
    }

    private long walkAll(BackfillTable table, Walk walk, BackfillText text) throws SQLException {
        Cursor cursor = begin(table, walk);
        while (cursor != null) {
            long before = cursor.changed();
            cursor = pass(walk, text, cursor);
            if (!text.sweeps() || cursor.pass() > 1 && cursor.changed() == before || !remaining(text)) {
                break;
            }
            if (cursor.pass() >= MOST_PASSES) {
                throw staysTrue("after %d sweeps over the whole table rows still match it: either the change does not "
                        .formatted(MOST_PASSES - 1)
                        + "make it false, or the application still writes such rows, and a deployment gate is missing");
            }
            cursor = nextPass(walk, cursor);
        }
        long changed = cursor == null ? 0 : cursor.changed();
        attempt.transaction(List.of(), () -> {
            attempt.record(attempt.order().direction(), changed);
            Cursor.remove(connection, attempt.order(), attempt.order().direction().word());
            return true;
        });
        return changed;
    }

    /** The cursor to go on from; null when the table is empty. */
    private @org.jspecify.annotations.Nullable Cursor begin(BackfillTable table, Walk walk) throws SQLException {
        StepOrder order = attempt.order();
        Optional<Cursor> found = Cursor.find(connection, order)
                .filter(cursor -> cursor.walk().equals(walk.word()))
                .filter(cursor -> walk instanceof Walk.ByKey || cursor.filenode() == table.filenode());
        if (found.isPresent()) {
            return found.get();
        }
        Optional<List<String>> end = walk.end(connection);
        if (end.isEmpty()) {
            return null;
        }
        Cursor first = new Cursor(walk.word(), table.filenode(), 1, null, end.get(), 0, 0);
        return attempt.transaction(List.of(), () -> {
            first.write(connection, order, attempt.fence());
            return first;
        });
    }

    private Cursor nextPass(Walk walk, Cursor done) throws SQLException {
        Cursor next = done.nextPass(walk.end(connection).orElse(done.until()));
        return attempt.transaction(List.of(), () -> {
            next.write(connection, attempt.order(), attempt.fence());
            return next;
        });
    }

    private boolean remaining(BackfillText text) throws SQLException {
        String sql = text.remaining();
        if (sql == null) {
            return true;
        }
        return attempt.watchedAlone(() -> RawQuery.row(connection, sql, row -> row.getBoolean(1)), () -> {});
    }

    private Cursor pass(Walk walk, BackfillText text, Cursor from) throws SQLException {
        Cursor cursor = from;
        boolean last = cursor.until().equals(cursor.position());
        while (!last) {
            between(cursor);
            long began = System.nanoTime();
            Cursor before = cursor;
            Batch batch = attempt.transaction(List.of(work.table()), () -> batch(walk, text, before));
            pace.batch(batch.cursor().scanned() - before.scanned());
            cursor = batch.cursor();
            last = batch.last();
            tell(walk, cursor);
            slowDown(Duration.ofNanos(System.nanoTime() - began), cursor);
        }
        return cursor;
    }

    private Batch batch(Walk walk, BackfillText text, Cursor cursor) throws SQLException {
        Walk.Range range = attempt.watched(() -> walk.next(connection, cursor.position(), cursor.until()));
        Counts counts = counts(text.batch(cursor.position(), range.upTo()));
        if (counts.still > 0) {
            throw staysTrue("%d of the %d rows that a batch changed still match it, for example the one with %s. "
                    .formatted(counts.still, counts.changed, counts.example)
                    + "The batch was rolled back. Narrow 'where' to rows that the change really mends, like AND … IS NOT "
                    + "NULL for the value that is copied");
        }
        Cursor next = cursor.after(range, counts.changed);
        next.write(connection, attempt.order(), attempt.fence());
        return new Batch(next, range.last());
    }

    private record Counts(long changed, long still, String example) {}

    private Counts counts(String sql) throws SQLException {
        try {
            return attempt.watched(() -> RawQuery.row(connection, sql,
                    row -> new Counts(row.getLong(1), row.getLong(2), String.valueOf(row.getString(3)))));
        } catch (SQLException e) {
            if (SqlStates.lockRefused(e) || SqlStates.cancelled(e) || attempt.lost(e)) {
                throw e;
            }
            throw Ending.refused(e, sql);
        }
    }

    private Ending staysTrue(String how) {
        return new Ending(new StepOutcome.Failed("where-stays-true", "The backfill's 'where' (" + work.where()
                + ") does not become false: " + how, null, Map.of("where", String.valueOf(work.where()))));
    }

    private void between(Cursor cursor) throws SQLException {
        attempt.stopIfAsked(observed(cursor));
        while (attempt.watch().speed() <= 0) {
            attempt.rest(STANDSTILL, observed(cursor));
        }
        if (pace.secondPassed()) {
            demandGuard();
        }
    }

    private void demandGuard() {
        try {
            attempt.guard().demandAlive();
        } catch (SQLException e) {
            throw new Ending(new StepOutcome.Lost("The lock connection was lost between two batches"));
        }
    }

    private static String observed(Cursor cursor) {
        return "between two batches: " + cursor.changed() + " rows are changed and stay so; the next run goes on there";
    }

    /** The speed is asked for again and again: when it rises, or falls to 0, the rest is over. */
    private void slowDown(Duration batch, Cursor cursor) {
        long began = System.nanoTime();
        for (double speed = attempt.watch().speed(); speed > 0 && speed < 1; speed = attempt.watch().speed()) {
            double left = batch.toNanos() * (1 / Math.max(SLOWEST, speed) - 1) - (System.nanoTime() - began);
            if (left <= 0) {
                return;
            }
            attempt.rest(Duration.ofNanos((long) Math.min(left, STANDSTILL.toNanos())), observed(cursor));
        }
    }

    private void tell(Walk walk, Cursor cursor) {
        if (pace.mayTell()) {
            attempt.watch().progress(new Progress(cursor.pass() == 1 ? "copying" : "sweeping", cursor.scanned(),
                    walk.total(), walk.unit(), cursor.changed(), pace.perSecond()));
        }
    }
}
