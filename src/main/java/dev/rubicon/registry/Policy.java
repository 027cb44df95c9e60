package dev.rubicon.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
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
 * @param drills when ways back are drilled, or null for the defaults; see {@link #drilled()}
 */
public record Policy(Approvals approvals, List<Window> windows,
        @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) Duration stallBudget,
        @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) Duration patience,
        int connectionsPerServer, boolean holderActions,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Rehearsed rehearsal,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Drift drift,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Drills drills) {

    private static final Duration BETWEEN_DRILLS = Duration.ofHours(24);
    private static final Duration DRILLED_FOR = Duration.ofDays(30);
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

    /**
     * @param on false for no drills but those that somebody asks for; null is true
     * @param every between two drills of a way back on one target, or null for a day
     * @param until how long after its end a rollout's way back is drilled, or null for 30 days
     */
    public record Drills(@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean on,
            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) @Nullable Duration every,
            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonSerialize(using = Durations.Writer.class) @JsonDeserialize(using = Durations.Reader.class) @Nullable Duration until) {}

    /** How long between two drills of a way back, here; empty where they are not scheduled. */
    public Optional<Duration> drilled() {
        return drills != null && Boolean.FALSE.equals(drills.on())
                ? Optional.empty()
                : Optional.of(betweenDrills());
    }

    /** How long between two drills of a way back, here, were they scheduled: also what tells how long one holds. */
    public Duration betweenDrills() {
        return drills == null || drills.every() == null ? BETWEEN_DRILLS : drills.every();
    }

    /** How long after its end a rollout's way back is drilled. */
    public Duration drilledUntil() {
        return drills == null || drills.until() == null ? DRILLED_FOR : drills.until();
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
                Duration.ofMinutes(10), 20, false, null, null, null);
    }
}
