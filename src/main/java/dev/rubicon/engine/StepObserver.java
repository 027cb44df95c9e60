package dev.rubicon.engine;

/**
 * Looks on from a connection of its own while steps are done on a target that nobody else uses: what they lock, rewrite and
 * write. It reads catalogs and statistics alone.
 */
public interface StepObserver extends AutoCloseable {

    /** Looks on at nothing. */
    StepObserver BLIND = new StepObserver() {
        @Override
        public StepObservation end() {
            return StepObservation.NOTHING;
        }

        @Override
        public void close() {}
    };

    /** Ends the looking on, and tells what was seen since it began. */
    StepObservation end();

    @Override
    void close();
}
