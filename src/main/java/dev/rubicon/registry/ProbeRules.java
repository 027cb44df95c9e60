package dev.rubicon.registry;

import org.jspecify.annotations.Nullable;

/** Knows what a probe query of a target may be; it takes the grammar of the engine. */
public interface ProbeRules {

    /** What is wrong with the text, in a sentence, or null. */
    @Nullable
    String objection(EngineKind engine, String sql);
}
