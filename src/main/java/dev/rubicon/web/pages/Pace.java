package dev.rubicon.web.pages;

import dev.rubicon.engine.StepWatch;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.StepState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How fast a rollout moves.
 *
 * @param words its rate, and how long the rest of what runs now takes, or why it stands; empty where nothing is known
 * @param stuck what it has been waiting for for so long that somebody should look, in a sentence, or null
 */
record Pace(String words, @Nullable String stuck) {

    static final Pace UNKNOWN = new Pace("", null);
    /** Others' transactions end within this, as a rule. */
    private static final Duration LONG = Duration.ofMinutes(2);

    /** @param runs under way */
    static Pace of(List<PhaseRunView> runs, Instant now) {
        List<StepWatch.Progress> running = runs.stream().flatMap(run -> run.steps().stream())
                .filter(step -> step.state() == StepState.RUNNING).map(PhaseRunView.StepView::progress)
                .filter(Objects::nonNull).toList();
        List<StepWatch.Progress> moving = running.stream().filter(progress -> progress.perSecond() > 0).toList();
        double rate = moving.stream().mapToDouble(StepWatch.Progress::perSecond).sum();
        String words = moving.isEmpty()
                ? brake(running)
                : Amounts.rate(rate, moving.getFirst().unit()) + left(moving);
        return new Pace(words, runs.stream().map(run -> stuck(run, now)).filter(Objects::nonNull).findFirst()
                .orElse(null));
    }

    /** Why a backfill is too slow for a rate. */
    private static String brake(List<StepWatch.Progress> running) {
        return running.stream().map(StepWatch.Progress::backfill).filter(Objects::nonNull)
                .map(StepWatch.Backfill::brake).filter(Objects::nonNull).findFirst().orElse("");
    }

    /** Of the slowest: the phase is not over before. */
    private static String left(List<StepWatch.Progress> moving) {
        StepWatch.Progress slowest = moving.stream().filter(progress -> progress.total() != null)
                .max((one, other) -> Double.compare(seconds(one), seconds(other))).orElse(null);
        if (slowest == null) {
            return "";
        }
        String left = RunCard.left(slowest, Objects.requireNonNull(slowest.total()));
        return left.isEmpty() ? "" : " · " + left + " left";
    }

    private static double seconds(StepWatch.Progress progress) {
        return (Objects.requireNonNullElse(progress.total(), 0L) - progress.done()) / progress.perSecond();
    }

    private static @Nullable String stuck(PhaseRunView run, Instant now) {
        PhaseRunView.Patience patience = run.patience();
        if (run.blocker() == null || patience == null) {
            return null;
        }
        Duration waits = Duration.between(patience.since(), now);
        return waits.compareTo(LONG) < 0
                ? null
                : "%s: %s, for %s".formatted(run.target(), run.blocker().message(), Amounts.duration(waits));
    }
}
