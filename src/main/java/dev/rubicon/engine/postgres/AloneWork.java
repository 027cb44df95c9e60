package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.Script.ConcurrentIndex;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A statement that takes no transaction. Builds and detaches have work of their own, which knows from the catalogs what a
 * crash left. The others leave no trace, like VACUUM: first the intent, then the statement, then the ledger. What dies
 * between the last two is repeated; where the repeat is refused, a person has to look.
 */
final class AloneWork {

    private final Attempt attempt;
    private final Scripts scripts;

    AloneWork(Attempt attempt, Scripts scripts) {
        this.attempt = attempt;
        this.scripts = scripts;
    }

    StepOutcome perform(Statement statement) throws SQLException {
        ConcurrentIndex index = statement.concurrentIndex();
        Optional<Action.DetachPartition> detach = DetachWork.of(statement.actions());
        if (detach.isPresent()) {
            return new DetachWork(attempt, statement.sql(), detach.get()).perform();
        }
        if (statement.actions().getFirst() instanceof Action.Reindex reindex && reindex.concurrently()) {
            return new ReindexWork(attempt, statement, reindex).perform();
        }
        return index == null
                ? plain(statement)
                : new IndexWork(attempt, scripts, statement, index).perform();
    }

    private StepOutcome plain(Statement statement) throws SQLException {
        boolean repeated = attempt.transaction(List.of(), () -> {
            boolean known = Intent.find(attempt).isPresent();
            if (!known) {
                Intent.absent(statement.node()).write(attempt);
            }
            return known;
        });
        try {
            run(statement);
        } catch (Ending e) {
            throw repeated && e.outcome() instanceof StepOutcome.Failed failed && failed.sqlState() != null
                    ? inDoubt(failed, statement)
                    : e;
        }
        new Ledgering(attempt).finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, "Done");
    }

    private void run(Statement statement) throws SQLException {
        List<QualifiedName> locked = lockedAgainstReads(statement.actions().getFirst());
        if (locked.isEmpty()) {
            new LongRun(attempt, "runs").execute(statement.sql());
            return;
        }
        try {
            Rows.execute(attempt.work(),
                    "SET lock_timeout = '" + Math.max(1, attempt.order().stallBudget().toMillis()) + "ms'");
            new LongRun(attempt, "runs").execute(statement.sql());
        } catch (Ending e) {
            if (e.outcome() instanceof StepOutcome.Failed failed
                    && SqlStates.LOCK_NOT_AVAILABLE.equals(failed.sqlState())) {
                List<Holder> holders = attempt.guard().holding(locked.stream().map(QualifiedName::sql).toList(),
                        attempt.pid());
                attempt.sight().waitsFor(holders);
                throw new Ending(new StepOutcome.Waiting("Waits for locks on " + locked + ", and lets the application "
                        + "pass meanwhile", holders));
            }
            throw e;
        } finally {
            if (!attempt.work().isClosed()) {
                Rows.execute(attempt.work(), "SET lock_timeout = 0");
            }
        }
    }

    /** ACCESS EXCLUSIVE must not be queued for: all who come behind would wait too. */
    private static List<QualifiedName> lockedAgainstReads(Action action) {
        return switch (action) {
            case Action.Vacuum vacuum when vacuum.full() -> vacuum.tables();
            default -> List.of();
        };
    }

    private static Ending inDoubt(StepOutcome.Failed refused, Statement statement) {
        return new Ending(new StepOutcome.Failed("in-doubt",
                "An earlier try of this statement was interrupted, and its repeat is refused: " + refused.message()
                        + ". Look whether it took effect; if it did, skip the step, else undo the rest of it and retry",
                refused.sqlState(), Map.of("statement", statement.sql())));
    }
}
