package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch.Signal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Looks on while a statement runs: the statement has a virtual thread of its own, and the session's thread asks from the
 * lock connection who blocks it, asks the watch whether to go on, and cancels the backend when it should stop. Should the
 * lock connection be gone, the lock is gone, and the work is broken off.
 */
final class Supervision {

    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration AT_LEAST = Duration.ofMillis(5);

    private final Attempt attempt;
    private List<Holder> holders = List.of();
    private @Nullable Signal stopped;
    private boolean overdue;
    private boolean waitingAtLastLook;
    private boolean timedOutWaiting;
    private boolean unguarded;
    private int looks;

    Supervision(Attempt attempt) {
        this.attempt = attempt;
    }

    /** What else to look at. */
    interface Look {
        void look() throws SQLException;
    }

    /** Whoever was last seen blocking the statement. */
    List<Holder> holders() {
        return holders;
    }

    /** Whether the last statement was cancelled by a timeout of ours while it waited for a lock. */
    boolean timedOutWaiting() {
        return timedOutWaiting;
    }

    <T> T run(Attempt.Body<T> statement, Look look) throws SQLException {
        FutureTask<T> running = new FutureTask<>(statement::run);
        Thread.ofVirtual().name("statement-" + attempt.pid()).start(running);
        long deadline = System.nanoTime() + attempt.order().deadline().toNanos();
        // the first look falls into the wait for a lock, which lasts no longer than the stall budget
        Duration wait = min(TICK, max(AT_LEAST, attempt.order().stallBudget().dividedBy(2)));
        while (true) {
            try {
                T result = running.get(wait.toNanos(), TimeUnit.NANOSECONDS);
                settle();
                return result;
            } catch (TimeoutException e) {
                tick(deadline, look);
                wait = TICK;
            } catch (ExecutionException e) {
                throw ended(e.getCause());
            } catch (InterruptedException e) {
                throw interrupted(running);
            }
        }
    }

    /** A cancel that came after the statement's end must not hit the next one. */
    private void settle() throws SQLException {
        if (stopped == null && !overdue) {
            return;
        }
        if (stopped != null && !attempt.work().getAutoCommit()) {
            throw new Ending(new StepOutcome.Stopped(stopped, "rolled back: the statement had just ended"));
        }
        try {
            Rows.backendPid(attempt.work());
        } catch (SQLException e) {
            if (!SqlStates.cancelled(e)) {
                throw e;
            }
        }
    }

    private void tick(long deadline, Look look) {
        try {
            List<Holder> blocking = attempt.guard().blocking(attempt.pid());
            waitingAtLastLook = !blocking.isEmpty();
            if (waitingAtLastLook) {
                holders = blocking;
            }
            attempt.looked(blocking);
            look.look();
            if (stopped == null && !overdue && ++looks % 2 == 0) {
                heed(attempt.watch().signal());
            }
            if (System.nanoTime() > deadline && !overdue && stopped == null) {
                overdue = true;
                attempt.guard().cancel(attempt.pid());
            }
        } catch (SQLException e) {
            breakOff();
        }
    }

    /** Only a cancel ends a statement; a pause waits for its end, or an index build of hours would be thrown away. */
    private void heed(Signal signal) throws SQLException {
        if (signal == Signal.CANCEL) {
            stopped = signal;
            attempt.guard().cancel(attempt.pid());
            attempt.watch().cancelSent(attempt.pid());
        }
    }

    /** Cancels past the lost lock connection, then closes the work connection. */
    private void breakOff() {
        if (unguarded) {
            return;
        }
        unguarded = true;
        try {
            attempt.work().unwrap(PGConnection.class).cancelQuery();
            attempt.work().abort(Runnable::run);
        } catch (SQLException alreadyGone) {
            Connections.closeQuietly(attempt.work());
        }
    }

    private SQLException ended(@Nullable Throwable cause) throws SQLException {
        if (unguarded) {
            throw new Ending(new StepOutcome.Lost("The lock connection was lost, and the work was broken off"));
        }
        if (cause instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        if (!(cause instanceof SQLException e)) {
            throw new IllegalStateException(cause);
        }
        if (!SqlStates.cancelled(e)) {
            return e;
        }
        if (stopped != null) {
            throw new Ending(new StepOutcome.Stopped(stopped, "rolled back: the statement was cancelled while it ran"));
        }
        if (overdue && waitingAtLastLook && !attempt.work().getAutoCommit()) {
            timedOutWaiting = true;
            return e;
        }
        if (overdue) {
            throw Ending.failed("deadline", "The statement ran longer than its deadline of "
                    + attempt.order().deadline().toSeconds()
                    + " s and was cancelled; give the step a longer 'deadline'");
        }
        throw Ending.failed("cancelled-by-other", "Somebody else cancelled the statement on the server (57014, not by "
                + "Rubicon): a person or a tool with pg_cancel_backend, or a timeout set inside the statement");
    }

    private <T> Ending interrupted(FutureTask<T> running) {
        try {
            attempt.guard().cancel(attempt.pid());
            running.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (SQLException | InterruptedException | ExecutionException | TimeoutException stillRunning) {
            breakOff();
        }
        Thread.currentThread().interrupt();
        return new Ending(new StepOutcome.Lost("The worker was asked to end, and the statement was cancelled"));
    }

    /** Whoever blocked the statement at the last look. */
    List<Holder> blockedNow() {
        return waitingAtLastLook ? holders : List.of();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
