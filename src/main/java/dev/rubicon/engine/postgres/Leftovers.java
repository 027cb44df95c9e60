package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOutcome;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Invalid indexes that an interrupted concurrent build left: no query uses them, and each write maintains them. */
final class Leftovers {

    private static final String QUICKLY = "SET statement_timeout = '2s'";

    private final Attempt attempt;

    Leftovers(Attempt attempt) {
        this.attempt = attempt;
    }

    /** @throws Ending when another session may be building the index: its end is waited for */
    static void demandNoBuilder(IndexFacts index) {
        if (index.builder() != 0) {
            throw new Ending(new StepOutcome.Waiting("Index " + index.sql() + " is unfinished, and may be being built "
                    + "by another session, pid " + index.builder(), List.of()));
        }
    }

    /** SHARE UPDATE EXCLUSIVE on the table: reads and writes go on. */
    static String dropping(IndexFacts index) {
        return "DROP INDEX CONCURRENTLY IF EXISTS " + index.sql();
    }

    /**
     * Drops within two seconds or not at all, for whoever cancelled does not want to wait for old transactions now.
     *
     * @return what became of them, a sentence for people
     */
    String clearAway(Attempt.Body<List<IndexFacts>> find) {
        try {
            if (attempt.work().isClosed()) {
                return "What is unfinished stays until the next try, which drops it";
            }
            List<IndexFacts> left = find.run().stream().filter(index -> index.builder() == 0).toList();
            return left.isEmpty() ? "Nothing unfinished is left behind" : dropped(left);
        } catch (SQLException e) {
            return "What is unfinished stays until the next try, which drops it: " + e.getMessage();
        }
    }

    private String dropped(List<IndexFacts> left) throws SQLException {
        String names = left.stream().map(IndexFacts::sql).collect(Collectors.joining(", "));
        try {
            Rows.execute(attempt.work(), QUICKLY);
            for (IndexFacts index : left) {
                Rows.execute(attempt.work(), dropping(index));
            }
            return "What was unfinished was dropped: " + names;
        } catch (SQLException e) {
            return "Unfinished and invalid, " + names
                    + " cannot be dropped while older transactions use the table, and "
                    + "slows its writes; the next try drops it, or DROP INDEX CONCURRENTLY does";
        } finally {
            withoutTimeout();
        }
    }

    private void withoutTimeout() {
        try {
            if (!attempt.work().isClosed()) {
                Rows.execute(attempt.work(), "SET statement_timeout = 0");
            }
        } catch (SQLException broken) {
            Connections.closeQuietly(attempt.work());
        }
    }
}
