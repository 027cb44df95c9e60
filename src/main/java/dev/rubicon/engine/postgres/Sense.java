package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import dev.rubicon.registry.BackfillLimit;
import dev.rubicon.registry.BackfillLimits;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** Reads one strain of a target. May remember what it saw before. */
interface Sense {

    String GRANT = "this role may not see it: GRANT pg_read_all_stats TO it";

    /** @throws SQLException when it cannot be read this time */
    Reading read(Glance at) throws SQLException;

    /**
     * One look at the target.
     *
     * @param connection in autocommit, with a short statement_timeout
     * @param ours backends of this backfill
     * @param wal bytes of write-ahead log that the server has ever written
     * @param nanos when, by the nanosecond clock
     * @param readsAll whether the role sees what sessions of other roles do
     */
    record Glance(Connection connection, BackfillLimits limits, List<Integer> ours, WalHistory wal, long nanos,
            boolean readsAll) {

        Integer[] oursAsArray() {
            return ours.toArray(Integer[]::new);
        }

        /** The reading by its limit, unless that is switched off. */
        Reading within(Strain strain, BackfillLimit limit, DoubleFunction<Reading> reading) {
            OptionalDouble number = limits.number(limit);
            return number.isEmpty() ? switchedOff(strain, limit) : reading.apply(number.getAsDouble());
        }

        static Reading switchedOff(Strain strain, BackfillLimit limit) {
            return new Reading.Absent(strain, "switched off on this target (" + limit.key() + ")");
        }
    }
}
