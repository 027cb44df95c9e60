package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.postgres.LockPlan.Want;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Does work in one transaction that first takes all locks of a plan, without making an application queue behind it: it looks
 * until nobody is in the way, then takes all of them at once or none. Where short transactions follow one another without
 * a gap that never succeeds; then it stands in the queue, once in a while and no longer than the stall budget.
 */
final class LockedTransaction {

    /** How long to go without a queue; the crowd behind a queue of ours is gone in a tenth of it. */
    private static final Duration STARVED = Duration.ofSeconds(3);
    /** A transaction so old is waited for, however long others starve us: it will not end within the budget. */
    private static final int TOO_OLD_IN_BUDGETS = 10;
    /** Share of the budget that may be spent waiting; the rest is for the statements under the locks, and the commit. */
    private static final double WAITING = 0.8;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(4);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(40);
    private static final Duration UNFORESEEN_PAUSE = Duration.ofMillis(500);

    private final Attempt attempt;
    private final LockPlan plan;
    private final LockProbe probe;
    private final LockWait wait;
    private final Vacuums vacuums;
    private final Duration budget;
    private final long waitingMillis;
    private @Nullable Want first;
    private long refusedSince = System.nanoTime();
    private boolean held;
    private boolean unforeseen;

    LockedTransaction(Attempt attempt, LockPlan plan) {
        this.attempt = attempt;
        this.plan = plan;
        this.probe = new LockProbe(attempt, plan);
        this.wait = new LockWait(attempt, plan);
        this.vacuums = new Vacuums(attempt, plan);
        this.budget = attempt.order().stallBudget();
        this.waitingMillis = Math.max(1, Math.round(budget.toMillis() * WAITING));
    }

    /**
     * @throws Ending with {@link StepOutcome.Waiting} when the burst is over, and with all other outcomes
     * @throws LockPlan.Stale when a relation of the plan is no more what it was
     */
    <T> T run(Attempt.Body<T> body) throws SQLException {
        while (true) {
            Optional<T> result = Optional.empty();
            unforeseen = false;
            wait.tried();
            if (probe.free()) {
                result = attempt(this::takeAtOnce, body);
            } else if (starved()) {
                result = attempt(this::queue, body);
                refusedSince = System.nanoTime();
            }
            if (result.isPresent()) {
                return result.get();
            }
            wait.refused();
            vacuums.askToYield(wait.vacuumed());
            attempt.rest(pause(), "rolled back: nothing was changed");
        }
    }

    /** The longer the queue is avoided, the older may be the transactions in the way of a try. */
    private boolean starved() {
        long refused = System.nanoTime() - refusedSince;
        long budgets = Math.min(TOO_OLD_IN_BUDGETS, refused / STARVED.toNanos());
        return budgets > 0 && probe.longest().compareTo(budget.multipliedBy(budgets)) <= 0;
    }

    private Duration pause() {
        if (unforeseen) {
            return jittered(UNFORESEEN_PAUSE);
        }
        return jittered(Duration.ofMillis(Math.min(LONGEST_PAUSE.toMillis(),
                SHORTEST_PAUSE.toMillis() + wait.tries())));
    }

    private static Duration jittered(Duration longest) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(longest.toNanos() / 2, longest.toNanos() + 1));
    }

    private interface Taking {
        void take() throws SQLException;
    }

    private <T> Optional<T> attempt(Taking locks, Attempt.Body<T> body) throws SQLException {
        Supervision supervision = new Supervision(attempt);
        held = false;
        try {
            return Optional.of(attempt.once(supervision, () -> {
                locks.take();
                held = true;
                wait.over();
                return body.run();
            }));
        } catch (SQLException e) {
            if (!held && SqlStates.otherRelation(e)) {
                throw new LockPlan.Stale(e);
            }
            if (!SqlStates.lockRefused(e) && !supervision.timedOutWaiting()) {
                throw e;
            }
            first = held ? first : refused(e);
            unforeseen = held;
            wait.saw(held ? supervision.holders() : List.of());
            return Optional.empty();
        }
    }

    /** What cannot be taken so, or was not foreseen, the statements themselves wait for. */
    private void takeAtOnce() throws SQLException {
        Rows.execute(attempt.work(), "SET LOCAL lock_timeout = '" + waitingMillis + "ms';\n" + plan.atOnce());
    }

    private void queue() throws SQLException {
        wait.inQueue(waitingMillis);
        String locks = plan.inQueue(waitingMillis, first);
        attempt.watched(() -> Rows.execute(attempt.work(), locks));
    }

    /** The one that was not to be had in the queue is the first next time: others may hold it and want what we held. */
    private @Nullable Want refused(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException server ? server.getServerErrorMessage() : null;
        String where = message == null || message.getWhere() == null ? "" : message.getWhere();
        return plan.lockable().stream().filter(want -> where.contains("ONLY " + want.relation() + " IN")).findFirst()
                .orElse(first);
    }
}
