package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.StepOutcome;
import java.sql.SQLException;
import java.util.List;

/** The two short transactions around work that takes none: the intent before it, and its one ledger row after it. */
final class Ledgering {

    private final Attempt attempt;

    Ledgering(Attempt attempt) {
        this.attempt = attempt;
    }

    void intend(Intent intent) throws SQLException {
        attempt.transaction(List.of(), () -> {
            intent.write(attempt);
            return true;
        });
    }

    void finish(Direction direction) throws SQLException {
        attempt.transaction(List.of(), () -> {
            finishHere(direction);
            return true;
        });
    }

    /** In the transaction that is open. */
    void finishHere(Direction direction) throws SQLException {
        attempt.record(direction, -1);
        Intent.remove(attempt);
    }

    StepOutcome doneBefore(String message) throws SQLException {
        finish(attempt.order().direction());
        return new StepOutcome.Done(false, -1, 0, message);
    }

    /** What is there was not made by Rubicon: forward it counts as skipped, so that a rollback leaves it. */
    StepOutcome skipped(String message) throws SQLException {
        finish(attempt.order().direction() == Direction.FORWARD ? Direction.SKIP : attempt.order().direction());
        return new StepOutcome.Done(true, -1, 0, message);
    }
}
