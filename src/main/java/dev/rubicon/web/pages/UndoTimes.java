package dev.rubicon.web.pages;

import dev.rubicon.plan.RollbackPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long each way back took when it was rehearsed last.
 *
 * @param words all of them together, and in which rehearsal
 * @param steps those whose way back does anything
 */
record UndoTimes(String words, Moment at, Map<String, String> steps) {

    static UndoTimes of(RollbackPlan.Measured measured, Instant now) {
        return new UndoTimes("The whole way back took %s in rehearsal #%d, with %s".formatted(
                millis(measured.millis()), measured.rehearsal(), measured.evidenceClass()),
                Moment.of(measured.at(), now),
                measured.steps().stream().collect(Collectors.toMap(RollbackPlan.MeasuredStep::step,
                        step -> millis(step.millis()), (one, other) -> one)));
    }

    /** For a step's cell. */
    public String of(String step) {
        return steps.getOrDefault(step, "");
    }

    private static String millis(long millis) {
        return Amounts.duration(Duration.ofMillis(millis));
    }
}
