package dev.rubicon.execution;

import dev.rubicon.engine.StepWatch.Signal;

/** What is asked of a run that is at work, and not yet done. */
enum Asked {
    /** Rest at the next place from which it can be resumed; a statement runs to its end. */
    PAUSE(Signal.PAUSE),
    /** Cancel the running statement, and rest. */
    STOP(Signal.CANCEL),
    /** Cancel the running statement, and end. */
    CANCEL(Signal.CANCEL);

    private final Signal signal;

    Asked(Signal signal) {
        this.signal = signal;
    }

    /** What the engine is told. */
    Signal signal() {
        return signal;
    }
}
