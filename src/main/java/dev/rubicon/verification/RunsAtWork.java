package dev.rubicon.verification;

import org.jspecify.annotations.Nullable;

/** Knows what runs do on targets. The room above, which carries them out, implements it. */
public interface RunsAtWork {

    /**
     * @param mark another one whenever a run has begun to work there since
     * @param busy what is at work there, or is half in effect, in a sentence; null for nothing
     */
    record Standing(long mark, @Nullable String busy) {}

    Standing on(String target);
}
