package dev.rubicon.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one document that a team reads in the review and the person on call at night: for every step the way back, what it
 * loses and how long it holds, and what to do in each scenario, with this plan's own statements.
 *
 * @param pointOfNoReturn the river, or null when every step has a way back
 * @param measured how long the way back took when it was rehearsed last, or null when it never was
 */
public record RollbackPlan(String plan, String title, int revision, String digest, String engine, String submittedBy,
        Instant submittedAt, List<Row> rows, Verdict.@Nullable PointOfNoReturn pointOfNoReturn,
        @Nullable Measured measured, List<Scenario> scenarios, List<Reviewer> reviewers) {

    /**
     * Times of a rehearsal that passed.
     *
     * @param rehearsal its number
     * @param evidenceClass with what its tables were filled, which says what the times are worth
     * @param millis of the way back from the point of no return, or the end, to the start
     * @param steps those whose way back does anything
     */
    public record Measured(long rehearsal, @JsonProperty("class") String evidenceClass, Instant at, long millis,
            List<MeasuredPhase> phases, List<MeasuredStep> steps) {

        /** Of a step's way back, in milliseconds. */
        public Optional<Long> of(String step) {
            return steps.stream().filter(each -> each.step().equals(step)).findFirst().map(MeasuredStep::millis);
        }
    }

    /** @param phase index from 0 */
    public record MeasuredPhase(int phase, long millis) {}

    /** How long the way back of one step took, waiting included. */
    public record MeasuredStep(String step, long millis) {}

    /**
     * One step.
     *
     * @param phase index from 0
     * @param migration the name in the ledger, or null before it was stamped
     * @param kind the step kind's word
     * @param forward what the step does, as SQL where it is SQL
     * @param way {@code sql}, {@code forward}, {@code nothing} or {@code impossible}
     * @param rollback SQL for {@code sql} and {@code forward}, else the author's reason
     * @param dataLoss the word of the plan format
     * @param side where the step lies, seen from the river
     * @param generatedFor the step for whose {@code dualWrite} Rubicon added this one, or null for the author's own
     */
    public record Row(int phase, String phaseKind, String phaseTitle, String step, @Nullable String migration,
            String kind, String forward, String way, String rollback, String dataLoss, @Nullable String window,
            @Nullable String lossQuery, Side side, @Nullable String generatedFor) {

        /** Whether {@code rollback} is statements, not a reason. */
        public boolean runnable() {
            return way.equals("sql") || way.equals("forward");
        }
    }

    /** Before the river, its step, or behind it. */
    public enum Side {
        BEFORE, RIVER, BEHIND
    }

    /**
     * What to do when.
     *
     * @param id a stable word: {@code failed-part-way}, {@code application-broken}, {@code data-wrong},
     *     {@code past-the-point-of-no-return}
     * @param actions in their order; empty when the scenario cannot come up
     */
    public record Scenario(String id, String title, String summary, List<Action> actions) {}

    /**
     * One thing to do.
     *
     * @param step the step it is about, or null
     * @param sql statements of this plan, or null
     */
    public record Action(@Nullable String step, String text, @Nullable String sql) {}

    /**
     * Somebody who looked at the revision.
     *
     * @param did what they did, in the past tense, like {@code commented} or {@code approved phase 1}
     */
    public record Reviewer(String name, String did, Instant at) {}
}
