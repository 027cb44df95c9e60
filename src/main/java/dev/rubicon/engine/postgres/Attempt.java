package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.StepWatch.Signal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call of perform: its order, its watch, the work connection, and the transactions in which the work is done. */
final class Attempt {

    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(2);
    private static final Duration SLICE = Duration.ofMillis(200);
    /** A worker that is frozen inside a transaction loses it, and its locks, after this. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(2);
    /** Well below that; a look takes some milliseconds, even at thousands of locks. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
    private static final int BUDGETS_OF_A_LOOK = 5;
    private static final Duration TELL_EVERY = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final StepOrder order;
    private final StepWatch watch;
    private final Connection work;
    private final int pid;
    private final int serverMajor;
    private final Guard guard;
    private final long fence;
    private final @Nullable Observing observing;
    private final LockSight sight;
    private long locksToldAt = System.nanoTime();
    private Supervision current = new Supervision(this);

    /** @param observing who is told what the work does, or null where nobody looks on */
    Attempt(StepOrder order, StepWatch watch, Connection work, int pid, Guard guard, long fence,
            @Nullable Observing observing) throws SQLException {
        this.order = order;
        this.watch = watch;
        this.work = work;
        this.pid = pid;
        this.serverMajor = work.getMetaData().getDatabaseMajorVersion();
        this.guard = guard;
        this.fence = fence;
        this.observing = observing;
        this.sight = new LockSight(guard.connection(), longestLook(order));
    }

    /** The application stands behind the step's locks meanwhile. */
    private static Duration longestLook(StepOrder order) {
        Duration budgets = order.stallBudget().multipliedBy(BUDGETS_OF_A_LOOK);
        return budgets.compareTo(LONGEST_LOOK) < 0 ? budgets : LONGEST_LOOK;
    }

    /** Work on the connection. */
    interface Body<T> {
        T run() throws SQLException;
    }

    StepOrder order() {
        return order;
    }

    StepWatch watch() {
        return watch;
    }

    Connection work() {
        return work;
    }

    int serverMajor() {
        return serverMajor;
    }

    int pid() {
        return pid;
    }

    Guard guard() {
        return guard;
    }

    long fence() {
        return fence;
    }

    /** Does the body in one transaction that takes the locks of the plan first, without an application behind it. */
    <T> T transaction(LockPlan plan, List<String> relations, Body<T> body) throws SQLException {
        return plan.harmless() ? transaction(relations, body) : new LockedTransaction(this, plan).run(body);
    }

    /**
     * Does the body in one transaction that holds the fence, as often as it takes to get its locks. For work that no
     * application has to queue behind: it takes row locks, or none on tables that others use.
     *
     * @param relations what the body works on, for the case that nobody is seen waiting
     * @throws Ending with {@link StepOutcome.Waiting} when the burst is over, and with all other outcomes
     */
    <T> T transaction(List<String> relations, Body<T> body) throws SQLException {
        long began = System.nanoTime();
        long giveUp = began + order.burst().toNanos();
        List<Integer> told = List.of();
        for (int tries = 1;; tries++) {
            Supervision supervision = supervision();
            long waited = tries == 1 ? 0 : System.nanoTime() - began;
            try {
                T result = once(supervision, body);
                sight.waited(waited);
                return result;
            } catch (SQLException e) {
                if (!SqlStates.lockRefused(e) && !supervision.timedOutWaiting()) {
                    throw e;
                }
            }
            List<Holder> holders = supervision.holders().isEmpty()
                    ? guard.holding(relations, pid)
                    : supervision.holders();
            sight.waitsFor(holders);
            String message = Holder.waitsFor(holders, tries);
            if (System.nanoTime() >= giveUp) {
                sight.waited(System.nanoTime() - began);
                throw new Ending(new StepOutcome.Waiting(message, holders));
            }
            List<Integer> pids = holders.stream().map(Holder::pid).distinct().sorted().toList();
            if (tries == 1 || !pids.equals(told)) {
                watch.waiting(message, holders);
                told = pids;
            }
            rest(jittered(tries), "rolled back: nothing was changed");
        }
    }

    private static Duration jittered(int tries) {
        long longest = Math.min(LONGEST_BACK_OFF.toMillis(), FIRST_BACK_OFF.toMillis() << Math.min(tries, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
    }

    /** Does the body once in a transaction that holds the fence. */
    <T> T once(Supervision supervision, Body<T> body) throws SQLException {
        work.setAutoCommit(false);
        current = supervision;
        try {
            limit();
            holdFence();
            if (observing != null) {
                observing.begun(work);
            }
            T result = body.run();
            if (observing == null) {
                sight.beforeCommit(pid);
            } else {
                observing.beforeCommit(work);
            }
            commit();
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            if (e instanceof SQLException sql && lost(sql)) {
                // it may have been another connection that broke: what is open here must not be committed by what follows
                Connections.closeQuietly(work);
                throw new Ending(new StepOutcome.Lost("The connection broke before the commit: " + e.getMessage()));
            }
            rollBack();
            throw e;
        } finally {
            if (!work.isClosed()) {
                work.setAutoCommit(true);
            }
        }
    }

    private Supervision supervision() {
        return new Supervision(this);
    }

    private void limit() throws SQLException {
        Rows.first(work, """
                SELECT set_config('lock_timeout', ?, true),
                       set_config('idle_in_transaction_session_timeout', ?, true),
                       set_config('statement_timeout', ?, true)""", row -> row.getString(1),
                milliseconds(order.stallBudget()), milliseconds(IDLE_IN_TRANSACTION),
                milliseconds(order.deadline().plus(GRACE)));
        if (serverMajor >= 17) {
            Rows.first(work, "SELECT set_config('transaction_timeout', ?, true)", row -> row.getString(1),
                    milliseconds(order.deadline().plus(GRACE).plus(GRACE)));
        }
    }

    private static String milliseconds(Duration duration) {
        return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE) + "ms";
    }

    /** FOR UPDATE: a successor's claim waits for our commit, and ours is refused behind the successor's. */
    private void holdFence() throws SQLException {
        long token = Rows.first(work, "SELECT token FROM rubicon.fence FOR UPDATE", row -> row.getLong(1))
                .orElseThrow(() -> Ending.failed("fence-missing", "The row of rubicon.fence was deleted"));
        if (token != fence) {
            throw new Ending(new StepOutcome.Fenced(token));
        }
    }

    private void commit() throws SQLException {
        try {
            work.commit();
        } catch (SQLException e) {
            if (lost(e)) {
                throw new Ending(new StepOutcome.Lost("The connection broke during the commit: the ledger will tell"));
            }
            throw e;
        }
    }

    private void rollBack() {
        try {
            if (!work.isClosed()) {
                work.rollback();
            }
        } catch (SQLException e) {
            Connections.closeQuietly(work);
        }
    }

    boolean lost(SQLException e) {
        return Connections.lost(work, e);
    }

    /**
     * Runs a statement that may take long, within the transaction or outside one, and looks on meanwhile.
     *
     * @throws Ending when it was stopped, or ran into the deadline
     */
    <T> T watched(Body<T> statement) throws SQLException {
        return watched(statement, () -> {});
    }

    /** The same, with a look at its progress twice a second. */
    <T> T watched(Body<T> statement, Supervision.Look look) throws SQLException {
        return current.run(statement, look);
    }

    /** The same, outside any transaction, with a look at its progress twice a second. */
    <T> T watchedAlone(Body<T> statement, Supervision.Look look) throws SQLException {
        current = supervision();
        return current.run(statement, look);
    }

    /**
     * Reads from a relation outside any transaction. ACCESS SHARE makes hardly anybody wait, so its queue may be stood in,
     * but not for longer than the burst: whoever holds it off is told.
     *
     * @throws Ending with {@link StepOutcome.Waiting} when the burst is over
     */
    <T> T patiently(String relation, Body<T> reads) throws SQLException {
        Supervision supervision = supervision();
        current = supervision;
        lockTimeout(order.burst());
        try {
            T read = supervision.run(reads, () -> {
                if (!supervision.blockedNow().isEmpty()) {
                    watch.waiting(Holder.waitsFor(supervision.blockedNow(), 1), supervision.blockedNow());
                }
            });
            if (!supervision.holders().isEmpty()) {
                watch.goesOn();
            }
            return read;
        } catch (SQLException e) {
            if (!SqlStates.lockRefused(e)) {
                throw e;
            }
            List<Holder> holders = supervision.holders().isEmpty()
                    ? guard.holding(List.of(relation), pid)
                    : supervision.holders();
            throw new Ending(new StepOutcome.Waiting(Holder.waitsFor(holders, 1), holders));
        } finally {
            if (!work.isClosed()) {
                lockTimeout(Duration.ZERO);
            }
        }
    }

    private void lockTimeout(Duration longest) throws SQLException {
        Rows.first(work, "SELECT set_config('lock_timeout', ?, false)", row -> row.getString(1),
                longest.toMillis() + "ms");
    }

    /** A statement of the step has ended, in its transaction. */
    void executed(String sql, long nanos, long rows) throws SQLException {
        if (observing != null) {
            observing.executed(work, sql, nanos, rows);
        }
    }

    /** One that takes no transaction begins. */
    void comesAlone() throws SQLException {
        if (observing != null) {
            observing.comes(work, serverMajor);
        }
    }

    /** It has ended. */
    void executedAlone(String sql, long nanos, long rows) throws SQLException {
        if (observing != null) {
            observing.executedAlone(work, sql, nanos, rows);
        }
    }

    LockSight sight() {
        return sight;
    }

    /** A look at the statement that runs, and at who blocks it. */
    void looked(List<Holder> blocking) {
        if (observing == null) {
            sight.waitsFor(blocking);
            sight.look(pid);
            tellLocksNowAndThen();
        }
    }

    /** The same at batches. */
    void lookedAt(List<Integer> lanes) {
        if (observing == null) {
            sight.lookAtBatches(lanes);
            tellLocksNowAndThen();
        }
    }

    /** So that a worker that dies has told most of them. */
    private void tellLocksNowAndThen() {
        if (System.nanoTime() - locksToldAt > TELL_EVERY.toNanos()) {
            tellLocks();
        }
    }

    /** Tells the watch what was seen of the step's locks. */
    void tellLocks() {
        if (observing == null) {
            locksToldAt = System.nanoTime();
            LocksSeen seen = sight.tell();
            if (!seen.nothing()) {
                watch.locked(seen);
            }
        }
    }

    /** Who blocked the running statement at the last look. */
    List<Holder> blockers() {
        return current.blockedNow();
    }

    /** Writes the step's one ledger row in the transaction that is open. */
    void record(Direction direction, long rows) throws SQLException {
        record(direction, rows, 0);
    }

    /** The same for work that adds rows to its table, or takes some away. */
    void record(Direction direction, long rows, long rowChange) throws SQLException {
        Ledger.write(work, order, direction, fence, rows, rowChange);
    }

    /** @throws Ending when the watch asks to stop */
    void stopIfAsked(String observed) {
        Signal signal = watch.signal();
        if (signal != Signal.GO_ON) {
            throw new Ending(new StepOutcome.Stopped(signal, observed));
        }
    }

    /** Rests, and ends early when asked to stop. */
    void rest(Duration duration, String observed) {
        long end = System.nanoTime() + duration.toNanos();
        do {
            stopIfAsked(observed);
            long left = Math.min(SLICE.toNanos(), end - System.nanoTime());
            try {
                TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Ending(new StepOutcome.Lost("The worker was asked to end"));
            }
        } while (System.nanoTime() < end);
    }
}
