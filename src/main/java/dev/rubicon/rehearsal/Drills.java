package dev.rubicon.rehearsal;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.verification.IgnoreList;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The door to drills: the way back of a rollout, rehearsed from where a target stands now. The room above knows which rollouts
 * have one, and when it is time.
 */
@Component
public class Drills {

    private static final int KEPT = 10;

    private final RehearsalRows rows;
    private final RehearsalDispatch dispatch;
    private final Plans plans;
    private final Targets targets;
    private final Environments environments;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;

    Drills(RehearsalRows rows, RehearsalDispatch dispatch, Plans plans, Targets targets, Environments environments,
            AuditTrail audit, ApplicationEventPublisher events) {
        this.rows = rows;
        this.dispatch = dispatch;
        this.plans = plans;
        this.targets = targets;
        this.environments = environments;
        this.audit = audit;
        this.events = events;
    }

    /** What is to be drilled: the way back of a rollout of this revision, from where this target stands. */
    public record Order(long rollout, String plan, int revision, String target) {}

    /**
     * Has a way back drilled. Whether the actor may is decided by the caller, and whether there is a way back.
     *
     * @return empty when a drill of this rollout has not ended yet
     */
    @Transactional
    public Optional<Rehearsal> ask(Actor actor, Order order) {
        PlanRevision revision = plans.get(order.plan, order.revision);
        Target target = targets.find(order.target).orElseThrow();
        rows.forgetDrills(order.rollout, order.target, KEPT);
        EvidenceClass evidenceClass = evidenceClass(revision, target);
        Optional<Long> asked = rows.insertUnlessDrilled(new RehearsalRows.Order(order.plan, order.revision,
                revision.digest(), WaysBack.digest(revision), order.target, target.environment(), evidenceClass,
                actor.label(), order.rollout));
        asked.ifPresent(id -> {
            audit.record(actor, "drill.asked", new Subject("rehearsal", String.valueOf(id), target.environment()),
                    Map.of("rollout", order.rollout, "target", order.target, "class", evidenceClass.word()));
            dispatch.dispatch(id);
            events.publishEvent(new DrillMoved(order.rollout, id, order.target, RehearsalState.QUEUED, ""));
        });
        return asked.flatMap(rows::find);
    }

    /**
     * That of the newest evidence, or else what is demanded. A restored copy is of a time before the rollout, and not what the
     * target is now: there the rows are made up.
     */
    private EvidenceClass evidenceClass(PlanRevision revision, Target target) {
        Policy.Rehearsed demand = environments.find(target.environment()).orElseThrow().policy().rehearsal();
        EvidenceClass shown = rows.ofRevision(revision.plan(), revision.revision()).stream()
                .filter(one -> one.state() == RehearsalState.PASSED && one.digest().equals(revision.digest()))
                .map(Rehearsal::evidenceClass).findFirst()
                .orElse(demand == null ? EvidenceClass.EMPTY_SCHEMA : EvidenceClass.of(demand.evidence()));
        return shown.compareTo(EvidenceClass.SYNTHETIC_ROWS) < 0 ? shown : EvidenceClass.SYNTHETIC_ROWS;
    }

    /** On each target of a rollout the newest that has ended, and the one that has not; by target, without legs. */
    @Transactional(readOnly = true)
    public List<Rehearsal> of(long rollout) {
        return rows.drills(rollout).stream()
                .sorted(Comparator.comparing(Rehearsal::target).thenComparingLong(Rehearsal::id)).toList();
    }

    /** When a target of a rollout was last asked to be drilled. */
    public record Asked(long rollout, String target, Instant at) {}

    /** Of all rollouts, each target that somebody asked to drill since a moment, once. */
    @Transactional(readOnly = true)
    public List<Asked> asked(Instant since) {
        return rows.drillsAsked(since);
    }

    /** These, in this order; their reports have no legs. */
    @Transactional(readOnly = true)
    public List<Rehearsal> all(List<Long> ids) {
        return rows.all(ids);
    }

    /** What of its target's schema is otherwise than when a drill began, in sentences; without what is ignored there. */
    @Transactional(readOnly = true)
    public List<String> moved(Rehearsal drill, SchemaSnapshot now, Policy policy) {
        Integer version = drill.sourceVersion();
        return version == null
                ? List.of()
                : ExpectedSchema.atTheBeginning(version, rows.source(drill.id())).moved(now, IgnoreList.of(policy))
                        .stream().map(ExpectedSchema.Move::words).toList();
    }

    /** What broke a way back, in a sentence with the step or the object; empty for one that is intact or not shown. */
    public static String whatBroke(Rehearsal drill) {
        RehearsalReport.Failure failure = drill.report().failure();
        if (failure != null && failure.way() == RehearsalReport.Way.DOWN) {
            return words(failure);
        }
        RehearsalReport.WayBack back = drill.report().wayBack();
        return back == null || back.holds()
                ? ""
                : "Behind the way back it is not what it was: " + back.schema().stream().limit(5)
                        .map(each -> "%s is %s".formatted(each.object(), each.way()))
                        .reduce((one, next) -> one + "; " + next)
                        .orElse("");
    }

    /** Where it failed, in a sentence with the step and the server's words. */
    static String words(RehearsalReport.Failure failure) {
        return "%s, step %s: %s".formatted(
                failure.way() == RehearsalReport.Way.DOWN ? "Going back" : "Going up again",
                failure.step(),
                failure.message().lines().limit(3).reduce((one, next) -> one + " " + next).orElse(""));
    }
}
