package dev.rubicon.engine;

/** What became of a comparison. */
public enum Answer {
    /** Everything looked at is as it should be. */
    HOLDS,
    /** Something is not as it should be, and nobody but the step can have made it so. */
    DOES_NOT_HOLD,
    /** It could not be asked, or others may have made the difference rightly. */
    INCONCLUSIVE
}
