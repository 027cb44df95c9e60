package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.Action;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * DETACH PARTITION CONCURRENTLY. The server does it in two transactions: the first marks the partition, the second, when
 * all queries that may see it through the parent have ended, takes it away. What breaks off in between can only be
 * finalized, never undone; {@code pg_inherits} tells which it is.
 */
final class DetachWork {

    private final Attempt attempt;
    private final String sql;
    private final String parent;
    private final String partition;
    private final Ledgering ledgering;

    DetachWork(Attempt attempt, String sql, Action.DetachPartition detach) {
        this.attempt = attempt;
        this.sql = sql;
        this.parent = detach.table().sql();
        this.partition = detach.partition().sql();
        this.ledgering = new Ledgering(attempt);
    }

    /** @param byDefault the parent's default partition, or null */
    private record State(boolean there, boolean attached, boolean pending, @Nullable String byDefault) {}

    StepOutcome perform() throws SQLException {
        boolean intended = Intent.find(attempt).isPresent();
        State state = state();
        if (state.there && !state.attached) {
            return notAttached(intended);
        }
        if (state.byDefault != null && !state.pending) {
            throw Ending.failed("default-partition", "PostgreSQL cannot detach a partition CONCURRENTLY while "
                    + parent + " has a default partition, " + state.byDefault + ". Detach without CONCURRENTLY, which "
                    + "locks " + parent + " and both partitions against reads for a moment, or detach the default "
                    + "partition so first");
        }
        if (!intended) {
            ledgering.intend(new Intent(partition, true, 0, null));
        }
        if (!state.pending && !detach()) {
            return ledgering.doneBefore("Partition " + partition + " was detached meanwhile");
        }
        if (state().pending) {
            return finalizeDetach();
        }
        ledgering.finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, "Partition " + partition + " was detached");
    }

    /** What is in effect of a detach that is intended; empty when nothing is. */
    static Optional<String> begun(Attempt attempt, Action.DetachPartition detach) throws SQLException {
        DetachWork work = new DetachWork(attempt, "", detach);
        State state = work.state();
        if (state.pending) {
            return Optional.of("Partition " + work.partition + " is marked as being detached, which cannot be undone. "
                    + "Retry: it finalizes that");
        }
        return state.there && !state.attached
                ? Optional.of("Partition " + work.partition + " is detached. Retry: it finds that, and records it")
                : Optional.empty();
    }

    private State state() throws SQLException {
        return Rows.first(attempt.work(), """
                SELECT to_regclass(?) IS NOT NULL, h.inhrelid IS NOT NULL, coalesce(h.inhdetachpending, false),
                       (SELECT nullif(p.partdefid, 0)::regclass::text FROM pg_partitioned_table p
                        WHERE p.partrelid = to_regclass(?))
                FROM (VALUES (1)) one
                LEFT JOIN pg_inherits h ON h.inhrelid = to_regclass(?) AND h.inhparent = to_regclass(?)""",
                row -> new State(row.getBoolean(1), row.getBoolean(2), row.getBoolean(3), row.getString(4)), partition,
                parent, partition, parent).orElseThrow();
    }

    private StepOutcome notAttached(boolean intended) throws SQLException {
        if (intended) {
            return ledgering.doneBefore("Partition " + partition
                    + " was detached by an earlier try that could not say so");
        }
        // detached before us: a rollback must not attach what we did not take away
        return ledgering.skipped(partition + " is no partition of " + parent + " any more");
    }

    /** False when somebody else was faster. */
    private boolean detach() throws SQLException {
        try {
            new LongRun(attempt, "detaches partition " + partition).execute(sql);
            return true;
        } catch (Ending e) {
            if (!(e.outcome() instanceof StepOutcome.Failed) && !(e.outcome() instanceof StepOutcome.Stopped)) {
                throw e;
            }
            State now = state();
            if (now.there && !now.attached) {
                return false;
            }
            throw now.pending
                    ? e.and("The partition is marked as being detached, which cannot be undone: a retry finalizes it")
                    : e;
        }
    }

    /**
     * FINALIZE takes ACCESS EXCLUSIVE on the partition and then waits for older snapshots, so it gets no longer than the
     * stall budget at a time: whoever reads the partition by its own name is not kept waiting.
     */
    private StepOutcome finalizeDetach() throws SQLException {
        String finish = "ALTER TABLE " + parent + " DETACH PARTITION " + partition + " FINALIZE";
        try {
            attempt.transaction(List.of(partition, parent), () -> {
                attempt.watched(() -> Rows.execute(attempt.work(), finish));
                ledgering.finishHere(attempt.order().direction());
                return true;
            });
        } catch (SQLException e) {
            if (attempt.lost(e)) {
                throw e;
            }
            throw Ending.refused(e, finish);
        }
        return new StepOutcome.Done(false, -1, 0, "Partition " + partition
                + " was detached: what an earlier try had begun was finalized");
    }

    /** The one action, where the statement is such a detach. */
    static Optional<Action.DetachPartition> of(List<Action> actions) {
        return actions.size() == 1 && actions.getFirst() instanceof Action.DetachPartition detach
                && detach.concurrently() ? Optional.of(detach) : Optional.empty();
    }
}
