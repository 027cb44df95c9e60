package dev.rubicon.engine;

/** Leaves a step from any depth with its outcome; what was not committed is rolled back on the way out. */
public class StepEnded extends RuntimeException {

    private final transient StepOutcome outcome;

    public StepEnded(StepOutcome outcome) {
        super(null, null, false, false);
        this.outcome = outcome;
    }

    public StepOutcome outcome() {
        return outcome;
    }
}
