package dev.rubicon.engine.postgres;

import dev.rubicon.engine.RangeWork.Batch;
import dev.rubicon.engine.RangeWork.BatchEnd;
import dev.rubicon.engine.RangeWork.Range;
import dev.rubicon.engine.postgres.ComparisonRows.Sums;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * One connection that compares, batch by batch: a READ ONLY transaction that counts, and a short one behind it that notes
 * the counts with the cursor. Who dies between the two repeats one batch.
 */
final class ComparisonLane extends WatchedLane {

    private static final Words WORDS = new Words("The connection broke while rows were compared: ",
            "while rows were compared; nothing changed",
            "Somebody else cancelled a comparison on the server (57014, not by Rubicon)");
    private static final long ROWS_OF_A_SAMPLE = 100;

    private final ComparisonRun run;
    private final Connection connection;

    ComparisonLane(ComparisonRun run, Connection connection, int pid) {
        super(run, connection, pid, false, WORDS);
        this.run = run;
        this.connection = connection;
    }

    @Override
    BatchEnd attempted(Batch batch) {
        long began = System.nanoTime();
        Range range = batch.range();
        try {
            limit(batch.timeout(), run.attempt().order().burst());
            Walk walk = run.walk(range);
            boolean sample = run.sampled() && walk instanceof Walk.ByKey;
            Walk.Next found = walk.next(connection, range.after(), range.until(),
                    sample ? Math.min(ROWS_OF_A_SAMPLE, batch.rows()) : batch.rows());
            Walk.Next next = sample ? new Walk.Next(found.upTo(), found.rows(), true) : found;
            try {
                return noted(range, next, counted(run.count(walk, range.after(), next.upTo())));
            } catch (SQLException e) {
                if (next.rows() > 1 || !ofRows(e)) {
                    throw e;
                }
                return noted(range, next, ComparisonRows.unread(String.join(", ", next.upTo())));
            }
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            return judged(e, batch.rows(), began, batch.timeout());
        }
    }

    /** The text is the author's: in a READ ONLY transaction no function in it can change anything. */
    private Sums counted(String sql) throws SQLException {
        connection.setAutoCommit(false);
        try {
            Rows.execute(connection, "SET TRANSACTION READ ONLY");
            return RawQuery.row(connection, sql, ComparisonLane::sums);
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static Sums sums(ResultSet row) throws SQLException {
        String example = row.getString(7);
        return new Sums(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6),
                0, example == null ? List.of() : List.of(example));
    }

    /** Both statements in one round trip and one transaction, as they are sent together. */
    private BatchEnd noted(Range range, Walk.Next next, Sums found) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SELECT token FROM rubicon.fence FOR SHARE;\n" + run.sums().note(range, next, found));
            demandFence(statement.getResultSet());
            connection.commit();
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        return done(range, next, next.rows(), 0);
    }

    @Override
    String changing() {
        return "the comparison of a range";
    }

    /** A row that takes longer than the timeout by itself is passed by, and said to be unread. */
    @Override
    BatchEnd attemptedQuarantine(Range range, BatchEnd.Broken why) {
        try {
            Walk.Next next = run.walk(range).next(connection, range.after(), range.until(), 1);
            return noted(range, next, ComparisonRows.unread(String.join(", ", next.upTo())));
        } catch (Ending e) {
            return new BatchEnd.Ended(e.outcome());
        } catch (SQLException e) {
            return new BatchEnd.Ended(Ending.refused(e, "the comparison of one row").outcome());
        }
    }
}
