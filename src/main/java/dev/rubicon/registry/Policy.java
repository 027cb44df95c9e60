package dev.rubicon.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * The guardrails of an environment; its JSON writes durations like {@code 100ms}.
 *
 * @param approvals how many people must approve a phase
 * @param windows when phases may start, or empty for always
 * @param stallBudget the longest that the application may wait for a lock that Rubicon asks for
 * @param patience how long a step may try to get its locks before it fails
 * @param connectionsPerServer how many connections Rubicon may hold to one target server
 * @param holderActions whether operators may cancel or end sessions that hold a lock which a step waits for
 * @param rehearsal what must have been rehearsed before a rollout begins, or null for nothing
 */
public record Policy(Approvals approvals, List<Window> windows,
        @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) Duration stallBudget,
        @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) Duration patience,
        int connectionsPerServer, boolean holderActions,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Rehearsed rehearsal) {

    /**
     * @param normal for an ordinary phase
     * @param highRisk for a phase that the analysis calls high risk
     * @param river for the phase that crosses the point of no return, and those behind it
     */
    public record Approvals(int normal, int highRisk, int river) {}

    /**
     * @param evidence the least class of evidence, {@code empty schema}, {@code synthetic rows} or {@code copy of data}
     * @param maxAge the oldest that it may be when the first phase starts
     */
    public record Rehearsed(@JsonProperty("class") String evidence,
            @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) Duration maxAge) {

        /** The classes that may be demanded. */
        static final List<String> CLASSES = List.of("empty schema", "synthetic rows", "copy of data");
    }

    /** A weekly time in which phases may start; {@code to} before {@code from} means over midnight. */
    public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {}

    /** The defaults of a new environment that asks for so many approvals of each kind. */
    public static Policy withApprovals(int normal, int highRisk, int river) {
        return new Policy(new Approvals(normal, highRisk, river), List.of(), Duration.ofMillis(100),
                Duration.ofMinutes(10), 20, false, null);
    }
}
