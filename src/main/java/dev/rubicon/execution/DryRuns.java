package dev.rubicon.execution;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.DryRun;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Aside;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The door to dry runs: the backfills of a revision, each tried for a few batches on a target and rolled back. */
@Component
public class DryRuns {

    private final Plans plans;
    private final Targets targets;
    private final Environments environments;
    private final Engines engines;
    private final DryRunRows rows;
    private final AuditTrail audit;
    private final Aside aside;
    private final TransactionTemplate transactions;
    private final Clock clock;

    DryRuns(Plans plans, Targets targets, Environments environments, Engines engines, DryRunRows rows,
            AuditTrail audit, Aside aside, TransactionTemplate transactions, Clock clock) {
        this.plans = plans;
        this.targets = targets;
        this.environments = environments;
        this.engines = engines;
        this.rows = rows;
        this.audit = audit;
        this.aside = aside;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Those of a revision on targets that the actor may see, newest first. */
    public List<DryRunView> of(Actor actor, String plan, int revision) {
        actor.demandAnywhere(Permission.READ);
        plans.get(plan, revision);
        return rows.of(plan, revision).stream().filter(run -> actor.sees(run.environment())).toList();
    }

    /**
     * Tries backfills, one after another; some seconds each. Takes {@link Permission#OPERATE} in the target's environment,
     * for the batch locks rows of it for a moment.
     *
     * @param step one backfill of the revision, or null for all
     * @throws Problem NOT_FOUND for what is not to be seen, INVALID_INPUT for a step that is no backfill, CONFLICT when the
     *     target cannot be reached
     */
    public List<DryRunView> tryOut(Actor actor, String plan, int revision, String target, @Nullable String step) {
        Target where = targets.get(actor, target);
        actor.demand(Permission.OPERATE, where.environment());
        PlanRevision found = plans.get(plan, revision);
        if (where.engine() != found.document().engine()) {
            throw new Problem(ProblemType.INVALID_INPUT, target + " is no " + found.document().engine().wireName()
                    + " database, for which the plan is written");
        }
        List<Step> backfills = backfills(found, step);
        // each is kept at once, for it was tried, whatever becomes of the answer
        return aside.run(() -> backfills.stream()
                .map(backfill -> keep(actor, tryOut(actor, found, where, backfill))).toList());
    }

    private static List<Step> backfills(PlanRevision revision, @Nullable String step) {
        List<Step> found = revision.document().steps().filter(one -> one.work() instanceof Work.Backfill)
                .filter(one -> step == null || one.name().equals(step)).toList();
        if (found.isEmpty()) {
            throw new Problem(ProblemType.INVALID_INPUT, step == null
                    ? "Revision " + revision.revision() + " has no backfill to try"
                    : "Revision " + revision.revision() + " has no backfill " + step);
        }
        return found;
    }

    private DryRunView tryOut(Actor actor, PlanRevision revision, Target target, Step step) {
        TargetAccess access = targets.access(target.name());
        Engine engine = engines.of(access.engine());
        Duration budget = environments.find(target.environment()).orElseThrow().policy().stallBudget();
        DryRun result = null;
        String refusal = null;
        try {
            result = engine.dryRun(access, (Work.Backfill) step.work(), budget);
        } catch (QueryFailed refused) {
            refusal = Objects.requireNonNullElse(refused.getMessage(), "The target refused it");
        } catch (TargetUnavailable unavailable) {
            throw new Problem(ProblemType.CONFLICT, String.valueOf(unavailable.getMessage()));
        }
        return new DryRunView(0, revision.plan(), revision.revision(), step.name(), target.name(),
                target.environment(), actor.name(), clock.instant().truncatedTo(ChronoUnit.MICROS), result, refusal);
    }

    private DryRunView keep(Actor actor, DryRunView run) {
        return Objects.requireNonNull(transactions.execute(status -> {
            DryRunView kept = rows.insert(run);
            audit.record(actor, "plan.dry-run", new Subject("plan", run.plan(), run.environment()),
                    Map.of("revision", run.revision(), "step", run.step(), "target", run.target(), "outcome",
                            run.refusal() == null ? "done" : "refused"));
            return kept;
        }));
    }
}
