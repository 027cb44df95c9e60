package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.PhaseRunner.Next;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verdict;
import dev.rubicon.plan.Work;
import dev.rubicon.verification.Verifications;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Before the phase with the point of no return begins on a target, what its backfills left there is compared once more:
 * what is destroyed then, nothing brings back. Asked again whenever the run was stopped or has failed in between.
 */
@Component
class RiverCheck {

    private static final String NAME = "before the point of no return, ";
    private static final String COMPARED = "compared";

    private final PhaseRunRows rows;
    private final Requests requests;
    private final RunLog log;
    private final BackfillSteps backfills;
    private final StepRunner steps;

    RiverCheck(PhaseRunRows rows, Requests requests, RunLog log, BackfillSteps backfills, StepRunner steps) {
        this.rows = rows;
        this.requests = requests;
        this.log = log;
        this.backfills = backfills;
        this.steps = steps;
    }

    /** What was seen before the step began, where it is the one before which the run was held up. */
    static List<Verifications.Result> known(PhaseRunRows rows, PhaseRun run, Step step) {
        return rows.result(run.id(), step.name()).stream().flatMap(result -> result.verifications().stream())
                .filter(one -> one.name().startsWith(NAME)).toList();
    }

    /**
     * @param step the one that is to be done next
     * @return how the run goes on where it must not begin the step now; empty where it may
     */
    Optional<Next> before(PhaseRun run, PlanRevision revision, Step step, TargetSession session,
            Map<String, LedgerRow> ledger) {
        if (run.direction() != Direction.FORWARD || !riverAhead(run, revision)
                || requests.skip(run.id(), step.name()).isPresent()
                || requests.restBefore(run.id(), step.name()).isPresent()) {
            return Optional.empty();
        }
        List<Step> compared = revision.document().phases().subList(0, run.phase()).stream()
                .flatMap(phase -> phase.steps().stream()).filter(one -> BackfillSteps.compares(one.work()))
                .filter(one -> inEffect(ledger.get(one.name()))).toList();
        return compared.isEmpty() || comparedSinceItStopped(run)
                ? Optional.empty()
                : compare(run, revision, step, compared, session);
    }

    private boolean riverAhead(PhaseRun run, PlanRevision revision) {
        Verdict verdict = revision.verdict();
        Verdict.PointOfNoReturn river = verdict == null ? null : verdict.pointOfNoReturn();
        return river != null && river.phase() == run.phase() && rows.steps(run.id()).stream()
                .anyMatch(row -> row.step().equals(river.step()) && row.state() != StepState.DONE
                        && row.state() != StepState.SKIPPED);
    }

    private static boolean inEffect(@Nullable LedgerRow row) {
        return row != null && row.direction() == Direction.FORWARD;
    }

    private boolean comparedSinceItStopped(PhaseRun run) {
        boolean compared = false;
        for (PhaseRunRows.AttemptRow attempt : rows.attempts(run.id())) {
            compared = switch (String.valueOf(attempt.outcome())) {
                case COMPARED -> true;
                case "failed", "gave up", "stopped" -> false;
                default -> compared;
            };
        }
        return compared;
    }

    private Optional<Next> compare(PhaseRun run, PlanRevision revision, Step step, List<Step> compared,
            TargetSession session) {
        PhaseRunRows.AttemptRow attempt = log.attempt(run, step.name());
        log.step(run, step.name(), StepState.VERIFYING, null);
        List<Verifications.Result> results = new ArrayList<>();
        for (Step one : compared) {
            StepOrder order = steps.order(run, revision, one, one.work(), attempt);
            BackfillSteps.Compared answer = backfills.compare(run, (Work.Backfill) one.work(), session, order, true,
                    steps.watch(run, step, attempt));
            StepOutcome unfinished = answer.unfinished();
            if (unfinished != null) {
                return Optional.of(steps.conclude(run, step, attempt, unfinished));
            }
            answer.results().forEach(result -> results.add(new Verifications.Result(
                    NAME + one.name() + ": " + result.name(), result.holds(), result.seen(), result.answer())));
        }
        return judged(run, step, attempt, results);
    }

    private Optional<Next> judged(PhaseRun run, Step step, PhaseRunRows.AttemptRow attempt,
            List<Verifications.Result> results) {
        String message = "What the backfills left was compared again";
        PhaseRunView.Result result = new PhaseRunView.Result(-1, message, results);
        Optional<Verifications.Result> broken = results.stream().filter(Verifications.Result::fails).findFirst();
        if (broken.isEmpty()) {
            log.attemptEnded(run, attempt, COMPARED, message + ", and nothing speaks against going on");
            log.step(run, step.name(), StepState.QUEUED, result);
            return Optional.empty();
        }
        String why = "Nothing of this phase was begun, for '%s' does not hold: %s".formatted(broken.get().name(),
                broken.get().seen());
        log.attemptEnded(run, attempt, "failed", why);
        return Optional.of(steps.fail(run, result,
                new PhaseRunView.Failure(step.name(), "comparison", why, null)));
    }
}
