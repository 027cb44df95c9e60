package dev.rubicon.rehearsal;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.TriggerCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was seen in a rehearsal, in the order in which it happened.
 *
 * @param serverVersion major version of the server that had the shadow, or 0 before there was one
 * @param notes what was not as on the target, in sentences
 * @param legs each phase, each way
 * @param wayBack what became of the way back, or null before that or where there is none to rehearse
 * @param failure why it ended early, or null
 * @param played what versions of the application wrote between the phases, or null where nothing was played
 */
public record RehearsalReport(int serverVersion, List<String> notes, List<Leg> legs, @Nullable WayBack wayBack,
        @Nullable Failure failure, @Nullable Played played) {

    /** Before anything was seen. */
    public static final RehearsalReport NOTHING = new RehearsalReport(0, List.of(), List.of(), null, null,
            null);

    public RehearsalReport {
        notes = List.copyOf(notes);
        legs = List.copyOf(legs);
    }

    /** Which of its three ways a phase was gone. */
    public enum Way {
        /** Forward to just before the point of no return. */
        UP,
        /** Back to the start. */
        DOWN,
        /** Forward again, and over the river to the end. */
        UP_AGAIN;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * One phase, one way.
     *
     * @param title the phase's
     * @param run number of its phase run
     * @param state the phase run's last
     * @param fingerprint of the shadow's schema behind it, or null where it failed
     * @param changed objects that are not there, or not as they were, when this way began: the digits of their structure's
     *     fingerprint, or an empty text for what is gone; null where nobody looked
     */
    public record Leg(Way way, int phase, String title, long run, String state, long millis,
            @Nullable String fingerprint, @Nullable Map<String, String> changed,
            List<StepSeen> steps) {}

    /**
     * @param rows changed, or -1 where that says nothing
     * @param seen what was looked at while it was done, or null where nothing was done
     * @param trigger what those who write pay for the trigger of a dual write that it made; null for every other step
     */
    public record StepSeen(String step, String kind, String state, long rows, String message,
            @Nullable StepObservation seen, @Nullable TriggerCost trigger) {}

    /**
     * Whether the way back gave back what was there.
     *
     * @param millis that it took, all phases together
     * @param tables compared, with {@code rows} rows together
     * @param schema objects that are not as they were
     * @param data what rows are not as they were, in sentences
     * @param declared whether the plan itself says that going back loses data
     */
    public record WayBack(long millis, int tables, long rows, List<Difference> schema, List<String> data,
            boolean declared) {

        public WayBack {
            schema = List.copyOf(schema);
            data = List.copyOf(data);
        }

        /** Whether everything is as it was, but for data that the plan says are lost. */
        public boolean holds() {
            return schema.isEmpty() && (data.isEmpty() || declared);
        }
    }

    /**
     * An object that is not as it was.
     *
     * @param object what it is and its name
     * @param way {@code added}, {@code removed} or {@code changed}
     * @param diff in the unified format
     */
    public record Difference(String object, String way, String diff) {}

    /**
     * What the application as it was and the one that expects the plan would have written between the phases on the way up,
     * and what became of it on the way back.
     *
     * @param written table by table, in order
     * @param losses what is not as it was written; empty before anybody asked
     * @param untested what could not be written or not be compared, and why, in sentences
     */
    public record Played(List<Wrote> written, List<Lost> losses, List<String> untested) {

        public Played {
            written = List.copyOf(written);
            losses = List.copyOf(losses);
            untested = List.copyOf(untested);
        }

        /** Whether nothing was lost but what the plan says. */
        public boolean holds() {
            return losses.stream().allMatch(loss -> loss.declaredBy != null);
        }
    }

    /**
     * @param phase behind which it was written
     * @param by {@code old} or {@code new}
     */
    public record Wrote(int phase, String table, String by, int inserted, int updated, int deleted) {}

    /**
     * @param column null where whole rows are concerned
     * @param by who wrote the rows last
     * @param declaredBy the step that says that going back loses this, or null
     * @param words all of it in a sentence
     */
    public record Lost(String table, @Nullable String column, String by, int rows, @Nullable String declaredBy,
            String words) {}

    /** @param cause a stable word */
    public record Failure(Way way, int phase, String step, String cause, String message) {}

    /** Whether the way back, as far as it was gone, gave back what was there. */
    boolean holds() {
        return (wayBack == null || wayBack.holds()) && (played == null || played.holds());
    }

    RehearsalReport on(int version, List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new RehearsalReport(version, all, legs, wayBack, failure, played);
    }

    RehearsalReport with(Leg leg) {
        List<Leg> all = new ArrayList<>(legs);
        all.add(leg);
        return new RehearsalReport(serverVersion, notes, all, wayBack, failure, played);
    }

    RehearsalReport with(WayBack back) {
        return new RehearsalReport(serverVersion, notes, legs, back, failure, played);
    }

    RehearsalReport with(Failure why) {
        return new RehearsalReport(serverVersion, notes, legs, wayBack, why, played);
    }

    RehearsalReport with(Played now) {
        return new RehearsalReport(serverVersion, notes, legs, wayBack, failure, now);
    }

    /** Whether the trigger that a step made was measured, or could not be. */
    boolean hasTriggerCost(String step) {
        return legs.stream().flatMap(leg -> leg.steps.stream())
                .anyMatch(each -> each.step.equals(step) && each.trigger != null);
    }

    /** Whether any step did anything. */
    boolean executedSomething() {
        return legs.stream().flatMap(leg -> leg.steps.stream())
                .anyMatch(step -> step.state.equals("DONE") && !step.kind.equals("check"));
    }
}
