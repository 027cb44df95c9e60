package dev.rubicon.engine;

/** A target taken by one run, until closed. Not thread-safe. */
public interface TargetSession extends TargetReader {

    /** The fencing token of this claim; it stands in every row that the session writes. */
    long fence();

    /**
     * Does one step's work, or finds it done already. Returns when the step took effect, failed, was stopped, or has to
     * wait; with {@link StepOutcome.Waiting} nothing is held on the target, and the same call is made again later.
     *
     * @param order of any work but a backfill, which is driven range by range
     * @param watch hears of progress and tries, and is asked whether to go on
     */
    StepOutcome perform(StepOrder order, StepWatch watch);

    /** Whether the target remembers tries of a step that is not in effect: they may have left something. */
    boolean tried(String plan, String step);

    /**
     * Clears up behind a step that is rolled back before it took effect. What its tries did in full, or cannot be taken
     * back, takes effect now: the ledger says so afterwards, and the step is to be undone like any other. The message of
     * {@link StepOutcome.Done} names what is left where it cannot be cleared away.
     *
     * @param order of the step's own work, forward
     */
    StepOutcome giveUp(StepOrder order, StepWatch watch);

    /**
     * Takes up a step whose work is a backfill, or finds that there is nothing to do. The caller closes what it gets
     * before it calls anything else of this session.
     *
     * @throws StepEnded with the step's outcome when it is in effect already, skipped, or cannot be begun
     */
    RangeWork ranges(StepOrder order, StepWatch watch);

    /**
     * Begins to look on at what the next step does. For shadows: each transaction takes a moment longer, for it tells its
     * locks before it commits.
     */
    default StepObserver observe() {
        return StepObserver.BLIND;
    }

    /**
     * Takes up the comparison of what a backfill left with what it was to leave; it only reads, and goes on where an
     * earlier one was broken off. Its only pass has the number 0. The caller closes what it gets before it calls anything
     * else of this session.
     *
     * @param order of the backfill, as it was performed
     * @param last whether it is asked before what cannot be undone, where a row that is left counts whoever wrote it
     * @return whose {@code finish} answers {@link StepOutcome.Done} with the comparisons
     * @throws StepEnded when it cannot be begun
     */
    RangeWork comparison(StepOrder order, boolean last, StepWatch watch);

    /**
     * What is known of the number of rows in the table of a step that is in effect.
     *
     * @param own rows that the step itself added, as its outcome says
     * @throws StepEnded when it cannot be asked
     */
    RowCount rowCount(StepOrder order, long own, StepWatch watch);
}
