package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Script.ConcurrentIndex;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.Action.DetachPartition;
import dev.rubicon.plan.Work;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A step that an operator leaves out: it is counted as in effect, and a rollback leaves it alone. So a step that is partly
 * in effect cannot be skipped, for what it did would be kept without a way back. A transaction is never partly in effect,
 * and where nobody can tell what an interrupted statement did, the operator has looked.
 */
final class SkipWork {

    /** What tells how much earlier tries of a backfill changed. */
    private static final List<String> CURSORS = List.of("backfill_cursor", "backfill_range");
    private static final String INTENTS = "index_intent";

    private final Attempt attempt;
    private final Scripts scripts;

    SkipWork(Attempt attempt, Scripts scripts) {
        this.attempt = attempt;
        this.scripts = scripts;
    }

    StepOutcome perform() throws SQLException {
        StepOrder order = attempt.order();
        refuseHalfDoneBackfill();
        if (intended()) {
            switch (order.work()) {
                case Work.Sql sql -> refuseHalfDoneStatement(sql);
                case Work.PartitionedIndex index -> throw partly("An earlier try has built part of index "
                        + index.name() + ". Retry: it finishes what is begun");
                case Work.Backfill backfill -> {}
                case Work.Check check -> {}
                case Work.DynamoDb request -> {}
            }
        }
        return recorded(attempt, "Counted as in effect, and nothing was done; a rollback leaves it alone");
    }

    /** Writes the row with its note; what earlier tries noted for a later one is not needed any more. */
    static StepOutcome recorded(Attempt attempt, String message) throws SQLException {
        StepOrder order = attempt.order();
        attempt.transaction(List.of(), () -> {
            Ledger.writeNoted(attempt.work(), order, order.direction(), attempt.fence());
            String tried = order.direction() == Direction.SKIP ? Direction.FORWARD.word() : order.direction().word();
            for (String table : Stream.concat(CURSORS.stream(), Stream.of(INTENTS)).toList()) {
                Rows.change(attempt.work(), "DELETE FROM rubicon." + table
                        + " WHERE plan = ? AND step = ? AND direction = ?", order.plan(), order.step(), tried);
            }
            return true;
        });
        return new StepOutcome.Done(false, -1, 0, message);
    }

    private void refuseHalfDoneBackfill() throws SQLException {
        long changed = 0;
        for (String table : CURSORS) {
            changed += Rows.first(attempt.work(), "SELECT coalesce(sum(changed), 0)::bigint FROM rubicon." + table
                    + " WHERE plan = ? AND step = ? AND direction = 'forward'", row -> row.getLong(1),
                    attempt.order().plan(), attempt.order().step()).orElse(0L);
        }
        if (changed > 0) {
            throw partly(
                    changed + " rows are changed already. Retry: it goes on behind them, and where the rest was made "
                            + "right by hand it finds nothing left to do");
        }
    }

    private boolean intended() throws SQLException {
        return Rows.first(attempt.work(), """
                SELECT 1 FROM rubicon.index_intent WHERE plan = ? AND step = ? AND direction = 'forward'
                  AND checksum = ?""", row -> true, attempt.order().plan(), attempt.order().step(),
                attempt.order().checksum()).isPresent();
    }

    private void refuseHalfDoneStatement(Work.Sql sql) throws SQLException {
        List<Statement> statements = sql.scripts().stream().flatMap(text -> scripts.read(text).statements().stream())
                .toList();
        statements.stream().map(Statement::concurrentIndex).filter(Objects::nonNull).findFirst()
                .ifPresent(this::refuseHalfDoneIndex);
        for (Statement statement : statements) {
            Optional<DetachPartition> detach = DetachWork.of(statement.actions());
            if (detach.isPresent()) {
                DetachWork.begun(attempt, detach.get()).ifPresent(begun -> {
                    throw partly(begun);
                });
            }
        }
    }

    private void refuseHalfDoneIndex(ConcurrentIndex wanted) {
        String name = String.valueOf(wanted.name());
        Optional<IndexFacts> found = found(wanted, name);
        switch (wanted.action()) {
            case CREATE -> found.ifPresent(index -> {
                throw index.usable()
                        ? partly("Index " + name + " is there and valid. Retry: it finds that, and records it")
                        : unfinished(index);
            });
            case DROP -> {
                if (found.isEmpty()) {
                    throw partly("Index " + name + " is gone. Retry: it finds that, and records it");
                }
                if (!found.get().usable()) {
                    throw unfinished(found.get());
                }
            }
            case REINDEX -> {}
        }
    }

    private Optional<IndexFacts> found(ConcurrentIndex wanted, String name) {
        try {
            return IndexFacts.of(attempt.work(), wanted);
        } catch (SQLException e) {
            throw Ending.refused(e, name);
        }
    }

    private static Ending unfinished(IndexFacts index) {
        return partly(
                "Index %s is unfinished and invalid, and slows every write. Retry: it drops and builds it anew. Or "
                        .formatted(index.sql()) + "DROP INDEX CONCURRENTLY " + index.sql() + " by hand, then skip");
    }

    private static Ending partly(String message) {
        return new Ending(new StepOutcome.Failed("partly-done", "Not skipped: " + message, null, Map.of()));
    }
}
