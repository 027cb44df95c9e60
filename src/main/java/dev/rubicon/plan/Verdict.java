package dev.rubicon.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the analysis makes of a revision; reported once, by {@link Plans#report}.
 *
 * @param phaseRisks the risk of each phase, by its index
 * @param pointOfNoReturn the river, or null when every step has a way back
 */
public record Verdict(List<Finding> findings, Map<Integer, Risk> phaseRisks,
        @Nullable PointOfNoReturn pointOfNoReturn) {

    /** The risk of the whole plan: the highest of its phases. */
    public Level level() {
        return phaseRisks.values().stream().map(Risk::level).max(Level::compareTo).orElse(Level.LOW);
    }

    /** How much can go wrong. */
    public enum Level {
        LOW, MEDIUM, HIGH;

        @JsonValue
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** Reads the word, and the name of the constant too. */
        @JsonCreator
        static Level of(String word) {
            return java.util.Arrays.stream(values()).filter(one -> one.word().equals(word) || one.name().equals(word))
                    .findFirst().orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no risk"));
        }
    }

    /** @param reasons one sentence each */
    public record Risk(Level level, List<String> reasons) {}

    /**
     * The first step, in running order, that destroys what existed before the plan.
     *
     * @param reason why there is no way back from it
     */
    public record PointOfNoReturn(int phase, String step, String reason) {}
}
