package dev.rubicon.registry;

import org.jspecify.annotations.Nullable;

/** Knows what a pattern of ignored objects may be; it takes the kinds of objects that there are. */
public interface IgnoreRules {

    /** What is wrong with the pattern, in a sentence, or null. */
    @Nullable
    String objection(String pattern);
}
