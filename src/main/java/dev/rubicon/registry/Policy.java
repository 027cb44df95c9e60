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
 * @param drift how schemas are watched, or null for the defaults; see {@link #watched()}
 */
public record Policy(Approvals approvals, List<Window> windows,
        @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) Duration stallBudget,
        @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) Duration patience,
        int connectionsPerServer, boolean holderActions,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Rehearsed rehearsal,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Drift drift) {

    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(15);

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

    /**
     * @param interval between two looks at a target's schema, or null for 15 minutes
     * @param ignore objects in which a difference is none: their kind, a blank, and their name, with {@code *} for any
     *     characters, like {@code index public.tmp_*}; a kind of {@code *} is any
     */
    public record Drift(
            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) @Nullable Duration interval,
            List<String> ignore) {

        @SuppressWarnings("ConstantValue") // bodies leave out what the types say is there
        public Drift {
            ignore = ignore == null ? List.of() : List.copyOf(ignore);
        }
    }

    /** How long between two looks at a schema, here. */
    public Duration watched() {
        return drift == null || drift.interval() == null ? BETWEEN_LOOKS : drift.interval();
    }

    /** The patterns of objects in which a difference is none. */
    public List<String> ignored() {
        return drift == null ? List.of() : drift.ignore();
    }

    /** A weekly time in which phases may start; {@code to} before {@code from} means over midnight. */
    public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {}

    /** The defaults of a new environment that asks for so many approvals of each kind. */
    public static Policy withApprovals(int normal, int highRisk, int river) {
        return new Policy(new Approvals(normal, highRisk, river), List.of(), Duration.ofMillis(100),
                Duration.ofMinutes(10), 20, false, null, null);
    }
}
