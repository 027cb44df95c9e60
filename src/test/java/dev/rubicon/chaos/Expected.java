package dev.rubicon.chaos;

import java.util.Set;

/**
 * How a crossing must have ended on a target, as whoever steered it knows.
 *
 * @param whole whether every step up to {@code phases} must be in effect, or only the first so many of them may be
 * @param phases the number of phases, from the first, that may be in effect
 * @param skipped steps that an operator left out
 */
record Expected(boolean whole, int phases, Set<String> skipped) {

    static Expected done(RandomPlan plan) {
        return new Expected(true, plan.phases().size(), Set.of());
    }
}
