package dev.rubicon.engine.postgres;

import dev.rubicon.engine.RangeWork;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;

/** Work in ranges on this session's target: its lanes, and the looks that are taken at it from the lock connection. */
abstract class WatchedRun implements RangeWork {

    private final Attempt attempt;
    private final Function<SQLException, StepOutcome> failed;
    private final Lanes lanes;

    WatchedRun(Attempt attempt, Lanes.Opening opening, Function<SQLException, StepOutcome> failed) {
        this.attempt = attempt;
        this.failed = failed;
        this.lanes = new Lanes(attempt, opening);
    }

    abstract Senses senses();

    abstract WatchedLane lane(Connection connection, int pid);

    final Attempt attempt() {
        return attempt;
    }

    /** Whatever goes wrong ends the step with its outcome. */
    final <T> T guarded(Attempt.Body<T> body) {
        try {
            return body.run();
        } catch (SQLException e) {
            throw new StepEnded(failed.apply(e));
        }
    }

    /** The session's connection is for other statements than batches now. */
    final void unlimited() throws SQLException {
        lanes.unlimited();
    }

    @Override
    public final Lane lane() {
        return guarded(() -> lanes.next(this::lane));
    }

    @Override
    public final Look look() {
        try {
            attempt.lookedAt(lanes.pids());
            return senses().look(attempt.watch().limits(), lanes.pids());
        } catch (SQLException e) {
            throw new Ending(new StepOutcome.Lost("The lock connection was lost between two batches"));
        }
    }

    @Override
    public final void close() {
        lanes.close();
        attempt.tellLocks();
    }
}
