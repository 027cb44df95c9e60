package dev.rubicon.rehearsal;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * One worker's hand on a rehearsal: what it says, adds and asks. Whatever it writes is refused when the rehearsal is another
 * worker's by now.
 */
final class Worker {

    /** The rehearsal went to another worker: this one has nothing more to say. */
    static final class Superseded extends RuntimeException {
        Superseded(long rehearsal) {
            super("rehearsal " + rehearsal + " went on elsewhere", null, false, false);
        }
    }

    /** The node ends: another one begins the rehearsal anew. */
    static final class HandOver extends RuntimeException {
        HandOver() {
            super("this node ends", null, false, false);
        }
    }

    private final RehearsalRows rows;
    private final Rehearsal rehearsal;
    private final BooleanSupplier leaving;
    private final Duration longest;
    private final long began = System.nanoTime();
    private RehearsalReport report = RehearsalReport.NOTHING;

    Worker(RehearsalRows rows, Rehearsal rehearsal, BooleanSupplier leaving, Duration longest) {
        this.rows = rows;
        this.rehearsal = rehearsal;
        this.leaving = leaving;
        this.longest = longest;
    }

    Rehearsal rehearsal() {
        return rehearsal;
    }

    RehearsalReport report() {
        return report;
    }

    /** Writes what was seen so far, and what is done now. */
    void say(String message, RehearsalReport seen) {
        report = rehearsal.evidenceClass() == EvidenceClass.COPY_OF_DATA ? Discretion.of(seen) : seen;
        goOn();
        demand(rows.say(rehearsal, message, report));
    }

    void say(String message) {
        say(message, report);
    }

    void demand(boolean mine) {
        if (!mine) {
            throw new Superseded(rehearsal.id());
        }
    }

    /** @throws HandOver, Superseded or Obstacle when there is no going on */
    void goOn() {
        // before anything else: whoever hands over drops what was made, and by now that may be the next one's
        demandMine();
        if (leaving.getAsBoolean()) {
            throw new HandOver();
        }
        if (System.nanoTime() - began > longest.toNanos()) {
            throw new Obstacle("It took longer than " + longest.toMinutes()
                    + " minutes; set rubicon.rehearsal.longest if that is as it should be");
        }
    }

    /** @throws Superseded when it is another worker's by now */
    void demandMine() {
        demand(mine());
    }

    /** Whether no other worker has taken it up since. */
    boolean mine() {
        return rows.find(rehearsal.id()).filter(now -> now.epoch() == rehearsal.epoch()).isPresent();
    }
}
