package dev.rubicon.execution;

import dev.rubicon.engine.Answer;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.execution.backfill.Backfills;
import dev.rubicon.plan.Work;
import dev.rubicon.plan.Work.BackfillVerify;
import dev.rubicon.registry.Environments;
import dev.rubicon.verification.Verifications;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Steps whose work is a backfill: done in lanes, as many as the target's server has connections for, and compared. */
@Component
class BackfillSteps {

    private final Requests requests;
    private final RunLog log;
    private final Environments environments;
    private final Backfills backfills;

    BackfillSteps(Requests requests, RunLog log, Environments environments, Backfills backfills) {
        this.requests = requests;
        this.log = log;
        this.environments = environments;
        this.backfills = backfills;
    }

    StepOutcome perform(PhaseRun run, Work.Backfill work, TargetSession session, StepOrder order, StepWatch watch) {
        Optional<RunRequest> accepted = requests.acceptance(run.id(), order.step());
        if (accepted.isEmpty()) {
            return inLanes(run, work, lanes -> backfills.perform(session, order, watch, lanes));
        }
        RunRequest request = accepted.get();
        StepOrder accepting = order.accepting(request.by() + " accepts rows set aside: " + request.reason());
        StepOutcome outcome = inLanes(run, work, lanes -> backfills.perform(session, accepting, watch, lanes));
        if (outcome instanceof StepOutcome.Done || outcome instanceof StepOutcome.Failed) {
            log.accepted(run, request);
        }
        return outcome;
    }

    /**
     * What a comparison came to.
     *
     * @param unfinished why there are no results, or null where there are
     */
    record Compared(List<Verifications.Result> results, @Nullable StepOutcome unfinished) {}

    /** Whether the plan wants its result to be compared. */
    static boolean compares(Work work) {
        return work instanceof Work.Backfill backfill && backfill.verify() != BackfillVerify.NONE;
    }

    /** @param last whether it is asked before what cannot be undone */
    Compared compare(PhaseRun run, Work.Backfill work, TargetSession session, StepOrder order, boolean last,
            StepWatch watch) {
        StepOutcome outcome = inLanes(run, work, lanes -> backfills.compare(session, order, last, watch, lanes));
        return switch (outcome) {
            case StepOutcome.Done done -> new Compared(done.compared().stream()
                    .map(one -> new Verifications.Result(one.name(), one.answer(), one.seen())).toList(), null);
            case StepOutcome.Failed failed ->
                new Compared(List.of(new Verifications.Result("the result can be compared",
                        Answer.DOES_NOT_HOLD, "It could not: " + failed.message())), null);
            case StepOutcome.Waiting _,StepOutcome.Stopped _,StepOutcome.Fenced _,StepOutcome.Lost _ ->
                new Compared(List.of(), outcome);
        };
    }

    private StepOutcome inLanes(PhaseRun run, Work.Backfill work, IntFunction<StepOutcome> perform) {
        int wanted = backfills.lanes(work.lanes()) - 1;
        if (wanted == 0) {
            return perform.apply(1);
        }
        int budget = environments.find(run.environment()).orElseThrow().policy().connectionsPerServer();
        StepOutcome outcome = perform.apply(1 + log.lanes(run, wanted, budget));
        log.lanes(run, 0, budget);
        return outcome;
    }
}
