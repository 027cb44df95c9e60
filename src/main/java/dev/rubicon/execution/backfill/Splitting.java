package dev.rubicon.execution.backfill;

/**
 * Finds the row that spoils a batch: of the rows among which it must be, the first half is tried next, so that all others
 * are done on the way, and it stands alone in the end.
 */
final class Splitting {

    private long suspected;

    /** How many rows to try next, where a batch would have so many. */
    long next(long rows) {
        return suspected == 0 ? rows : Math.max(1, Math.min(rows, suspected / 2));
    }

    /** A batch of so many rows could not be done: the row is among them. */
    void spoilt(long rows) {
        suspected = rows;
    }

    /** A batch of so many rows was done: the row is not among them. */
    void done(long rows) {
        suspected = Math.max(0, suspected - rows);
    }

    /** The row was found. */
    void found() {
        suspected = 0;
    }
}
