package dev.rubicon.rehearsal;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.Engines;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.problem.Violations;
import dev.rubicon.registry.Aside;
import dev.rubicon.registry.Durations;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The door to rehearsals. */
@Component
public class Rehearsals {

    private static final int MOST_DRILLS = 20;

    private final RehearsalRows rows;
    private final RehearsalDispatch dispatch;
    private final Plans plans;
    private final Targets targets;
    private final Engines engines;
    private final AuditTrail audit;
    private final Looks looks;
    private final Aside aside;
    private final Clock clock;

    Rehearsals(RehearsalRows rows, RehearsalDispatch dispatch, Plans plans, Targets targets, Engines engines,
            AuditTrail audit, Looks looks, Aside aside, Clock clock) {
        this.looks = looks;
        this.aside = aside;
        this.clock = clock;
        this.rows = rows;
        this.dispatch = dispatch;
        this.plans = plans;
        this.targets = targets;
        this.engines = engines;
        this.audit = audit;
    }

    /**
     * Has a revision rehearsed on a shadow of a target. Takes the class's {@link EvidenceClass#permission} in the target's
     * environment. The same that is asked for and has not ended is the answer, not a second one.
     *
     * @throws Problem NOT_FOUND, or INVALID_INPUT when plan and target do not go together
     */
    @Transactional
    public Rehearsal ask(Actor actor, String plan, int revision, String target, EvidenceClass evidenceClass) {
        actor.demandAnywhere(Permission.READ);
        PlanRevision asked = plans.get(plan, revision);
        Target on = targets.get(actor, target);
        actor.demand(evidenceClass.permission(), on.environment());
        engines.of(asked.document().engine());
        new Violations()
                .unless(on.engine() == asked.document().engine(), "/target", "Target %s is %s, the plan is for %s"
                        .formatted(target, on.engine().wireName(), asked.document().engine().wireName()))
                .refuse();
        RehearsalRows.Order order = new RehearsalRows.Order(plan, revision, asked.digest(), WaysBack.digest(asked),
                target, on.environment(), evidenceClass, actor.label(), null);
        Optional<Rehearsal> same = rows.unfinished(order);
        if (same.isPresent()) {
            return same.get();
        }
        long id = rows.insert(order);
        audit.record(actor, "rehearsal.asked", new Subject("rehearsal", String.valueOf(id), on.environment()),
                Map.of("plan", plan, "revision", revision, "target", target, "class", evidenceClass.word()));
        dispatch.dispatch(id);
        return rows.find(id).orElseThrow();
    }

    /** The rehearsal, if the actor may see its target; else the problem not-found. */
    @Transactional(readOnly = true)
    public Rehearsal get(Actor actor, long id) {
        return visible(actor, id);
    }

    private Rehearsal visible(Actor actor, long id) {
        return rows.find(id).filter(found -> actor.sees(found.environment()))
                .orElseThrow(() -> Problem.notFound("rehearsal " + id));
    }

    /**
     * Looks whether a rehearsal still holds for its target; outside any transaction, for it reads the target. Takes
     * {@link Permission#CHECK_TARGET}, for Rubicon connects, or what asking for such a rehearsal takes, which reads as much.
     *
     * @throws Problem CONFLICT when there is nothing to compare with, or the target cannot be read now
     */
    public Rehearsal look(Actor actor, long id) {
        Rehearsal rehearsal = visible(actor, id);
        if (!rehearsal.mayBeLookedAtBy(actor)) {
            actor.demand(Permission.CHECK_TARGET, rehearsal.environment());
        }
        if (rehearsal.kind() == RehearsalKind.DRILL) {
            throw new Problem(ProblemType.CONFLICT,
                    "Rehearsal %d is a drill, which says how the way back was then: have it drilled again"
                            .formatted(id));
        }
        if (!rehearsal.state().isEvidence()) {
            throw new Problem(ProblemType.CONFLICT, "Rehearsal %d is %s: it is no evidence that could still hold"
                    .formatted(id, rehearsal.state()));
        }
        return aside.run(() -> {
            looks.look(rehearsal);
            return rows.find(id).orElseThrow();
        });
    }

    /**
     * A revision that is to be carried over targets.
     *
     * @param begun whether its first phase has begun: neither the age of a rehearsal nor what moved since on its target
     *     says anything then
     */
    public record Crossing(PlanRevision revision, Collection<String> targets, boolean begun) {}

    /**
     * The newest evidence that meets what a policy demands; one of the targets has to have been rehearsed. Where nothing is
     * demanded, the newest that there is.
     */
    @Transactional(readOnly = true)
    public Optional<Evidence> evidence(Policy.@Nullable Rehearsed demand, Crossing crossing) {
        return passed(crossing, crossing.begun())
                .filter(one -> demand == null || meets(demand, one, crossing.begun())).findFirst().map(Evidence::of);
    }

    /**
     * Newest first. Before the first phase only the newest of each class on each target: the looks go to those alone, and
     * what nobody looks at any more must not step in for one that went stale.
     */
    private Stream<Rehearsal> passed(Crossing crossing, boolean begun) {
        Set<String> seen = new HashSet<>();
        return ofCrossing(crossing).stream().filter(one -> one.state() == RehearsalState.PASSED)
                .filter(one -> begun || seen.add(one.target() + "\n" + one.evidenceClass()));
    }

    private boolean meets(Policy.Rehearsed demand, Rehearsal one, boolean begun) {
        return one.evidenceClass().compareTo(EvidenceClass.of(demand.evidence())) >= 0 && (begun
                || one.counts() && Objects.requireNonNull(one.endedAt())
                        .isAfter(clock.instant().minus(demand.maxAge())));
    }

    private List<Rehearsal> ofCrossing(Crossing crossing) {
        PlanRevision revision = crossing.revision();
        return rows.headsOfRevision(revision.plan(), revision.revision()).stream()
                .filter(one -> crossing.targets().contains(one.target()) && one.digest().equals(revision.digest()))
                .toList();
    }

    /** What a policy's demand for evidence is short of, before the first phase; empty when it is met. */
    @Transactional(readOnly = true)
    public Optional<Shortage> missing(Policy.Rehearsed demand, Crossing crossing) {
        return passed(crossing, false).anyMatch(one -> meets(demand, one, false))
                ? Optional.empty()
                : Optional.of(shortOf(demand, ofCrossing(crossing)));
    }

    /**
     * Why a demand for evidence is not met.
     *
     * @param rehearsal the number of the newest that there is, or null
     * @param moved what has moved on its target since, in sentences
     */
    public record Shortage(String message, @Nullable Long rehearsal, List<String> moved) {}

    private static Shortage shortOf(Policy.Rehearsed demand, List<Rehearsal> all) {
        String wanted = "A rehearsal with %s that passed, at most %s old, is demanded; ".formatted(demand.evidence(),
                Durations.text(demand.maxAge()));
        if (all.isEmpty()) {
            return new Shortage(wanted + "there is none on any of these targets", null, List.of());
        }
        Rehearsal newest = all.getFirst();
        Standing standing = newest.standing();
        List<String> moved = standing == null ? List.of() : standing.moved();
        return new Shortage(wanted + "the newest, #%d on %s, is %s with %s".formatted(newest.id(), newest.target(),
                newest.state(), newest.evidenceClass().word())
                + (newest.endedAt() == null ? "" : ", ended " + newest.endedAt().truncatedTo(ChronoUnit.SECONDS))
                + (moved.isEmpty() ? "" : ", and stale: " + String.join("; ", moved)), newest.id(), moved);
    }

    /** Those of a revision that the actor may see, and the newest drills of its rollouts; newest first. */
    @Transactional(readOnly = true)
    public List<Rehearsal> of(Actor actor, String plan, int revision) {
        return Stream.concat(rows.ofRevision(plan, revision).stream(),
                rows.drillsOfRevision(plan, revision, MOST_DRILLS).stream())
                .filter(found -> actor.sees(found.environment()))
                .sorted(Comparator.comparingLong(Rehearsal::id).reversed()).toList();
    }
}
