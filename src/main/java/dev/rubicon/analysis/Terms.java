package dev.rubicon.analysis;

import dev.rubicon.engine.facts.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a judgement is to go by.
 *
 * @param serverVersion major version of the server that will run it
 * @param catalog the schema of a target, or null to judge by the text alone; it is copied, not changed
 * @param style whether rules of style judge too
 */
public record Terms(int serverVersion, @Nullable Schema catalog, boolean style) {

    public static final int OLDEST = 14;
    public static final int NEWEST = 18;
    /** Who asks for a version that Rubicon does not run on still gets an answer: that of the nearest it knows. */
    public static final int FIRST = 9;
    public static final int LAST = 99;

    /** By the text alone, for the oldest server that Rubicon works on: what is safe there is safe on all. */
    public static final Terms TEXT = new Terms(OLDEST, null, false);
}
