package dev.rubicon.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What the trigger of a dual write costs those who write, measured: the same rows changed by the same statement with it and
 * without it, in turns.
 *
 * @param table as the plan has it
 * @param rows changed by each statement; 0 where nothing was measured
 * @param times that each of the two was measured
 * @param plainMicros a row takes without the trigger, the median
 * @param moreMicros a row takes with it beyond that; below zero where the trigger costs less than the measurement scatters
 * @param unmeasured why nothing was measured, to be read behind "Not measured: "; null where it was
 */
public record TriggerCost(String table, int rows, int times, double plainMicros, double moreMicros,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String unmeasured) {

    public static TriggerCost unmeasured(String table, String why) {
        return new TriggerCost(table, 0, 0, 0, 0, why);
    }

    /** Beyond what the same write takes without the trigger. */
    public long percent() {
        return plainMicros == 0 ? 0 : Math.round(100 * moreMicros / plainMicros);
    }
}
