package dev.rubicon.engine;

/** Another session of Rubicon holds the target. */
public class TargetBusy extends RuntimeException {

    public TargetBusy(String holder) {
        super("The target is held by " + holder);
    }
}
