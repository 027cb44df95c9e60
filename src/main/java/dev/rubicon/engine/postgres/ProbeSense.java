package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import dev.rubicon.registry.BackfillLimit;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/** The application's own latency, by a query that the target's administrator chose, against its time before. */
final class ProbeSense implements Sense {

    private static final Duration LONGEST = Duration.ofMillis(500);
    private static final int FIRST = 5;
    private static final int LATELY = 3;
    private static final int MOST_ROWS = 1_000;
    private static final double MILLI = 1e6;

    private final Scripts scripts;
    private final Deque<Double> lately = new ArrayDeque<>();
    private String known = "";
    private double usual;

    ProbeSense(Scripts scripts) {
        this.scripts = scripts;
    }

    @Override
    public Reading read(Glance at) throws SQLException {
        String sql = at.limits().probe();
        if (sql == null) {
            return new Reading.Absent(Strain.PROBE, "none is set on this target (" + BackfillLimit.PROBE.key() + ")");
        }
        if (!sql.equals(known)) {
            String objection = ProbeText.objection(scripts, sql);
            if (objection != null) {
                return new Reading.Unknown(Strain.PROBE, objection);
            }
            begin(at.connection(), sql);
        }
        lately.addLast(millis(at.connection(), sql));
        if (lately.size() > LATELY) {
            lately.removeFirst();
        }
        double took = middle(List.copyOf(lately));
        return at.within(Strain.PROBE, BackfillLimit.APPLICATION_LATENCY, limit -> {
            Reading.Known slower = Reading.slower(Strain.PROBE, StatementTimes.slower(took, usual), limit);
            return new Reading.Known(slower.of(), slower.value(), limit, slower.utilization(),
                    "%s (%.1f ms)".formatted(slower.words(), took));
        });
    }

    private void begin(Connection connection, String sql) throws SQLException {
        lately.clear();
        double[] first = new double[FIRST];
        for (int i = 0; i < FIRST; i++) {
            first[i] = millis(connection, sql);
        }
        usual = middle(IntStream.range(0, FIRST).mapToObj(i -> first[i]).toList());
        known = sql;
    }

    /** One that does not end in time took all of it. */
    private static double millis(Connection connection, String sql) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = " + LONGEST.toMillis());
            statement.setEscapeProcessing(false);
            statement.setMaxRows(MOST_ROWS);
            long began = System.nanoTime();
            try (ResultSet result = statement.executeQuery(sql)) {
                return (System.nanoTime() - began) / MILLI;
            } catch (SQLException e) {
                if (SqlStates.cancelled(e)) {
                    return LONGEST.toMillis();
                }
                throw e;
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static double middle(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
