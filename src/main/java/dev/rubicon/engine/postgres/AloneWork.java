package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.StepOutcome;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A statement that takes no transaction and leaves no trace of its own in it, like VACUUM or DETACH PARTITION
 * CONCURRENTLY: first the intent, then the statement, then the ledger. What dies between the last two is repeated; where
 * the repeat is refused, a person has to look.
 */
final class AloneWork {

    private final Attempt attempt;

    AloneWork(Attempt attempt) {
        this.attempt = attempt;
    }

    StepOutcome perform(Statement statement) throws SQLException {
        boolean repeated = attempt.transaction(List.of(), () -> {
            boolean known = Intent.find(attempt).isPresent();
            if (!known) {
                Intent.write(attempt, statement.node(), null);
            }
            return known;
        });
        try {
            attempt.watchedAlone(() -> Rows.execute(attempt.work(), statement.sql()), () -> {});
        } catch (SQLException e) {
            if (attempt.lost(e)) {
                throw e;
            }
            throw repeated ? inDoubt(e, statement) : Ending.refused(e, statement.sql());
        }
        attempt.transaction(List.of(), () -> {
            attempt.record(attempt.order().direction(), -1);
            Intent.remove(attempt);
            return true;
        });
        return new StepOutcome.Done(false, -1, 0, "Done");
    }

    private static Ending inDoubt(SQLException e, Statement statement) {
        return new Ending(new StepOutcome.Failed("in-doubt",
                "An earlier try of this statement was interrupted, and its repeat is refused: " + e.getMessage()
                        + ". Look whether it took effect; if it did, skip the step, else undo the rest of it and retry",
                e.getSQLState(), Map.of("statement", statement.sql())));
    }
}
