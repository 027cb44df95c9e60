package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepWatch.Progress;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far the running statement is: what the server says of it, or, where it says nothing, only for how long it
 * has been running.
 */
final class ProgressTeller {

    private static final double NANOS = 1e9;
    /** Before that, a statement is short, and nobody asks how far it is. */
    private static final long SHORT_SECONDS = 2;
    private static final long MINUTE = 60;

    private final Attempt attempt;
    private final String what;
    private final long begun = System.nanoTime();
    private String part = "";
    private @Nullable Progress told;
    private String phase = "";
    private long phaseBegun;
    private long phaseFrom;

    /** @param what is running, said where the server says nothing */
    ProgressTeller(Attempt attempt, String what) {
        this.attempt = attempt;
        this.what = what;
    }

    /** Which part of the work the statements are that come now, like {@code partition 3 of 12}. */
    void part(String which) {
        this.part = which.isEmpty() ? "" : which + ": ";
    }

    void look() throws SQLException {
        Optional<ServerProgress> seen = ServerProgress.of(attempt.guard().connection(), attempt.pid());
        if (seen.isPresent()) {
            tell(progress(seen.get()));
        } else {
            long seconds = (long) ((System.nanoTime() - begun) / NANOS);
            if (seconds >= SHORT_SECONDS) {
                tell(new Progress(part + what, seconds < MINUTE ? seconds : seconds - seconds % 10, null, "s", -1, 0));
            }
        }
    }

    /** Nothing that says the same again: each is an event that is kept. */
    private void tell(Progress progress) {
        if (!progress.equals(told)) {
            told = progress;
            attempt.watch().progress(progress);
        }
    }

    private Progress progress(ServerProgress seen) {
        String now = part + seen.phase();
        if (!now.equals(phase) || seen.done() < phaseFrom) {
            phase = now;
            phaseBegun = System.nanoTime();
            phaseFrom = seen.done();
        }
        double seconds = (System.nanoTime() - phaseBegun) / NANOS;
        boolean moves = told == null || told.done() != seen.done() || !told.phase().equals(now);
        double rate = seconds < 1 || !moves ? rate() : (seen.done() - phaseFrom) / seconds;
        if (seen.waits()) {
            rate = 0; // transactions of others end when they end
        }
        return new Progress(now, seen.done(), seen.total(), seen.unit(), -1, rate);
    }

    private double rate() {
        return told == null || !told.phase().equals(phase) ? 0 : told.perSecond();
    }
}
