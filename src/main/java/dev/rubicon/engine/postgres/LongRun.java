package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import java.sql.SQLException;
import java.util.List;

/**
 * Runs statements that take long, outside a transaction and with no timeout but the step's deadline, and tells meanwhile
 * how far they are and whom they wait for. Only for statements that wait without keeping the application from reading
 * and writing.
 */
final class LongRun {

    private final Attempt attempt;
    private final ProgressTeller teller;
    private List<Integer> told = List.of();
    private long waitsSince;

    /** @param what is running, said where the server does not tell its progress */
    LongRun(Attempt attempt, String what) {
        this.attempt = attempt;
        this.teller = new ProgressTeller(attempt, what);
    }

    /** Which part of the work the statements are that come now. */
    void part(String which) {
        teller.part(which);
    }

    /** @throws Ending when the server refuses the statement, and when it is stopped or passes the deadline */
    void execute(String sql) throws SQLException {
        try {
            attempt.comesAlone();
            long began = System.nanoTime();
            long rows = attempt.watchedAlone(() -> Rows.execute(attempt.work(), sql), this::look);
            attempt.executedAlone(sql, System.nanoTime() - began, rows);
        } catch (SQLException e) {
            if (attempt.lost(e)) {
                throw e;
            }
            throw Ending.refused(e, sql);
        } finally {
            waitIsOver();
        }
    }

    private void look() throws SQLException {
        teller.look();
        List<Holder> holders = attempt.blockers();
        List<Integer> pids = holders.stream().map(Holder::pid).distinct().sorted().toList();
        if (pids.isEmpty()) {
            waitIsOver();
        } else if (!pids.equals(told)) {
            waitsSince = told.isEmpty() ? System.nanoTime() : waitsSince;
            told = pids;
            attempt.watch().waiting("Waits for older transactions to end: " + Holder.names(holders)
                    + "; reads and writes go on", holders);
        }
    }

    private void waitIsOver() {
        if (!told.isEmpty()) {
            told = List.of();
            attempt.sight().waited(System.nanoTime() - waitsSince);
            attempt.watch().goesOn();
        }
    }
}
