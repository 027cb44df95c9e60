package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Script.ConcurrentIndex;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A step that is rolled back before it took effect. Where its tries did all of it and could not say so, or began what
 * the server cannot take back, it is finished, so that its own way back undoes it. What they left unfinished is taken
 * away, and what nobody can take away is named.
 */
final class GivenUp {

    private static final String NOTHING = "Not in effect on this target: nothing to undo";

    private final Attempt attempt;
    private final Scripts scripts;
    private final Fragments fragments;

    GivenUp(Attempt attempt, Scripts scripts, Fragments fragments) {
        this.attempt = attempt;
        this.scripts = scripts;
        this.fragments = fragments;
    }

    /** Whether the target remembers tries of a step. */
    static boolean tried(Connection connection, String plan, String step) throws SQLException {
        return Rows.first(connection, """
                SELECT EXISTS (SELECT FROM rubicon.index_intent
                               WHERE plan = ? AND step = ? AND direction = 'forward')
                    OR EXISTS (SELECT FROM rubicon.backfill_cursor
                               WHERE plan = ? AND step = ? AND direction = 'forward')
                """, row -> row.getBoolean(1), plan, step, plan, step).orElse(false);
    }

    StepOutcome perform() throws SQLException {
        boolean intended = Intent.find(attempt).isPresent();
        return switch (attempt.order().work()) {
            case Work.Sql sql -> intended ? statement(sql) : forgotten(NOTHING);
            case Work.PartitionedIndex index -> intended ? partitioned(index) : forgotten(NOTHING);
            case Work.Backfill backfill -> forgotten(rowsLeft());
            case Work.Check check -> forgotten(NOTHING);
            case Work.DynamoDb request -> forgotten(NOTHING);
        };
    }

    private StepOutcome statement(Work.Sql sql) throws SQLException {
        Statement statement = scripts.read(sql.scripts().getFirst()).statements().getFirst();
        ConcurrentIndex index = statement.concurrentIndex();
        Optional<Action.DetachPartition> detach = DetachWork.of(statement.actions());
        if (detach.isPresent()) {
            return DetachWork.begun(attempt, detach.get()).isPresent() ? finish(sql) : forgotten(NOTHING);
        }
        if (statement.actions().getFirst() instanceof Action.Reindex reindex && reindex.concurrently()) {
            new ReindexWork(attempt, statement, reindex).dropLeftovers();
            return forgotten(NOTHING);
        }
        return index == null
                ? forgotten("A try of the statement was interrupted, and nobody can tell whether it took effect. Look, "
                        + "and undo by hand what is there of it")
                : index(sql, index);
    }

    private StepOutcome index(Work.Sql sql, ConcurrentIndex wanted) throws SQLException {
        Optional<IndexFacts> found = IndexFacts.of(attempt.work(), wanted);
        return switch (wanted.action()) {
            case CREATE -> {
                if (found.isEmpty()) {
                    yield forgotten(NOTHING);
                }
                yield found.get().usable() ? finish(sql) : dropped(List.of(found.get()));
            }
            // what began to go is of no use to anybody: it goes, and the way back makes it anew
            case DROP -> found.isPresent() && found.get().usable() ? forgotten(NOTHING) : finish(sql);
            case REINDEX -> forgotten(NOTHING);
        };
    }

    private StepOutcome partitioned(Work.PartitionedIndex index) throws SQLException {
        PartitionedIndexWork work = PartitionedIndexWork.of(attempt, scripts, fragments, index);
        return work.built() ? work.perform() : forgotten(work.clearAway().orElse(NOTHING));
    }

    private StepOutcome finish(Work.Sql sql) throws SQLException {
        return new SqlWork(attempt, scripts, fragments).perform(sql);
    }

    private StepOutcome dropped(List<IndexFacts> left) throws SQLException {
        for (IndexFacts index : left) {
            Leftovers.demandNoBuilder(index);
            new LongRun(attempt, "drops the invalid index " + index.sql()).execute(Leftovers.dropping(index));
        }
        return forgotten("Not in effect on this target. Index " + left.getFirst().sql()
                + ", which a try of it left unfinished, was dropped");
    }

    private String rowsLeft() throws SQLException {
        long changed = Rows.first(attempt.work(), """
                SELECT (SELECT coalesce(sum(changed), 0) FROM rubicon.backfill_cursor
                        WHERE plan = ? AND step = ? AND direction = 'forward')
                     + (SELECT coalesce(sum(changed), 0) FROM rubicon.backfill_range
                        WHERE plan = ? AND step = ? AND direction = 'forward')""", row -> row.getLong(1),
                attempt.order().plan(), attempt.order().step(), attempt.order().plan(), attempt.order().step())
                .orElse(0L);
        return changed == 0
                ? NOTHING
                : "Not in effect on this target as a whole: " + changed + " rows were changed before it was given up, "
                        + "and stay so. Should the step come again, it begins anew with all rows";
    }

    /** What is noted of its tries is for a later try, and there will be none. */
    private StepOutcome forgotten(String message) throws SQLException {
        attempt.transaction(List.of(), () -> {
            Intent.remove(attempt);
            new RangeRows(attempt.work(), attempt.order(), attempt.fence()).remove(Direction.FORWARD);
            Evidence.forget(attempt.work(), attempt.order());
            return true;
        });
        return new StepOutcome.Done(true, -1, 0, message);
    }
}
