package dev.rubicon.rollout;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which rollouts are asked for; what is null does not matter.
 *
 * @param states never empty
 * @param planPart what the plan's name has in it
 * @param target one of its targets
 */
public record RolloutFilter(Set<RolloutState> states, @Nullable String environment, @Nullable String plan,
        @Nullable String planPart, @Nullable String target) {

    public static final RolloutFilter ALL = in(state -> true);

    /** All in states like these. */
    public static RolloutFilter in(Predicate<RolloutState> states) {
        Set<RolloutState> matching = EnumSet.allOf(RolloutState.class);
        matching.removeIf(states.negate());
        return new RolloutFilter(matching, null, null, null, null);
    }

    public static RolloutFilter ofPlan(String plan) {
        return new RolloutFilter(ALL.states, null, plan, null, null);
    }

    public static RolloutFilter onTarget(String target) {
        return new RolloutFilter(ALL.states, null, null, null, target);
    }
}
