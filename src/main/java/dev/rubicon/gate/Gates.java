package dev.rubicon.gate;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.VersionRange;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Policy;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The door: what a phase of a rollout waits for, and the decisions that open the way. */
@Component
public class Gates {

    /**
     * One phase of one rollout before its gates; everything here was frozen when the rollout was opened, but the time.
     *
     * @param digest the rollout's digest, to which approvals are bound
     * @param approvalsNeeded how many people must approve this phase
     * @param overTheRiver whether the phase crosses the point of no return or lies behind it
     * @param labels of the targets, by their names
     * @param previousPhaseDone when the phase before was done on every target, or null while it is not, or for the first
     * @param backupClass the least that evidence of a backup must prove
     */
    public record Passage(long rollout, String plan, int revision, String environment, Policy policy, Phase phase,
            String digest, String submittedBy, String openedBy, int approvalsNeeded, boolean overTheRiver,
            Map<String, Map<String, String>> labels, @Nullable Instant previousPhaseDone, BackupClass backupClass) {

        /** A passage for which it is enough that somebody said that there is a backup. */
        public Passage(long rollout, String plan, int revision, String environment, Policy policy, Phase phase,
                String digest, String submittedBy, String openedBy, int approvalsNeeded, boolean overTheRiver,
                Map<String, Map<String, String>> labels, @Nullable Instant previousPhaseDone) {
            this(rollout, plan, revision, environment, policy, phase, digest, submittedBy, openedBy, approvalsNeeded,
                    overTheRiver, labels, previousPhaseDone, BackupClass.STATED);
        }
    }

    /** A person's decision on one phase. */
    public record Approval(long rollout, int phase, Decision decision, String by, @Nullable String comment,
            String digest, boolean crossing, Map<String, Object> evidence, Instant at) {

        /** What each person said last of one phase, in the order in which they first spoke. */
        public static Collection<Approval> newest(List<Approval> oldestFirst) {
            Map<String, Approval> newest = new LinkedHashMap<>();
            oldestFirst.forEach(approval -> newest.put(approval.by(), approval));
            return newest.values();
        }

        /** Whether it says yes to what has this digest, and to the crossing where that lies over the river. */
        public boolean counts(String passage, boolean overTheRiver) {
            return decision == Decision.APPROVE && digest.equals(passage) && (crossing || !overTheRiver);
        }
    }

    /** What may be decided. */
    public enum Decision {
        APPROVE, REJECT;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A named go that was given. */
    public record ManualGo(long rollout, int phase, String name, String by, @Nullable String comment, Instant at) {}

    private final Decisions decisions;
    private final ManualGates manualGates;
    private final PlanGates planGates;
    private final FreezeWindows freezeWindows;
    private final Deployments deployments;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Gates(Decisions decisions, ManualGates manualGates, PlanGates planGates, FreezeWindows freezeWindows,
            Deployments deployments, AuditTrail audit, ApplicationEventPublisher events, Clock clock) {
        this.decisions = decisions;
        this.manualGates = manualGates;
        this.planGates = planGates;
        this.freezeWindows = freezeWindows;
        this.deployments = deployments;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /**
     * A phase that asks what it waits for.
     *
     * @param decided all decisions on the rollout, oldest first
     * @param freezes of the passage's environment, see {@link #freezes}
     */
    public record Waiting(Passage passage, List<Approval> decided, List<FreezeWindow> freezes) {}

    /**
     * All unmet gates of each phase now, in the same order: {@code approval}, {@code rejected}, {@code deployment},
     * {@code absent}, {@code soak}, {@code backup}, {@code manual}, {@code window}, {@code freeze}. Many phases take as many
     * statements as one.
     */
    @Transactional(readOnly = true)
    public List<List<Blocker>> blockers(List<Waiting> phases) {
        Instant now = clock.instant();
        List<Passage> passages = phases.stream().map(Waiting::passage).toList();
        PlanGates.Reported reported = planGates.reported(passages, now);
        Set<ManualGates.Go> given = manualGates.given(passages);
        return phases.stream().map(phase -> blockers(phase, reported, given, now)).toList();
    }

    private static List<Blocker> blockers(Waiting phase, PlanGates.Reported reported, Set<ManualGates.Go> given,
            Instant now) {
        Passage passage = phase.passage;
        List<Blocker> blockers = new ArrayList<>(Decisions.blockers(passage, phase.decided));
        blockers.addAll(PlanGates.blockers(passage, reported, now));
        blockers.addAll(ManualGates.blockers(passage, given));
        StartWindows.blocker(passage.environment(), passage.policy().windows(), now).ifPresent(blockers::add);
        blockers.addAll(FreezeWindows.blockers(passage, phase.freezes));
        return List.copyOf(blockers);
    }

    /** The freezes that lie over an environment now, the one that ends first first. */
    @Transactional(readOnly = true)
    public List<FreezeWindow> freezes(String environment) {
        return freezeWindows.over(environment, clock.instant());
    }

    /**
     * Keeps a decision. The caller holds the rollout's row lock and has compared the digest; here four eyes are
     * demanded, and for a passage over the river the typed crossing. What somebody says twice in the same words is
     * kept once.
     *
     * @param crossing the plan's name as typed, or null
     * @param evidence what was shown to the approver
     * @return what was kept; empty when it was said before
     */
    @Transactional
    public Optional<Approval> decide(Actor actor, Passage passage, Decision decision, @Nullable String comment,
            @Nullable String crossing, Map<String, Object> evidence) {
        demandPerson(actor, "decide on a phase");
        actor.demand(Permission.APPROVE, passage.environment());
        if (decision == Decision.APPROVE) {
            demandFourEyes(actor, passage);
            demandCrossing(passage, crossing);
        }
        boolean crosses = decision == Decision.APPROVE && passage.overTheRiver();
        Optional<Approval> same = decisions.newest(passage, actor.name()).filter(newest -> newest.decision() == decision
                && newest.digest().equals(passage.digest()) && newest.crossing() == crosses
                && Objects.equals(newest.evidence().get("approvedDigest"), evidence.get("approvedDigest"))
                && Objects.equals(newest.comment(), comment));
        if (same.isPresent()) {
            return Optional.empty();
        }
        Approval approval = new Approval(passage.rollout(), passage.phase().index(), decision, actor.name(), comment,
                passage.digest(), crosses, evidence, Stamps.now(clock));
        decisions.keep(passage, approval);
        Map<String, Object> details = details(passage, comment);
        details.put("digest", passage.digest());
        details.put("crossing", crosses);
        details.put("evidence", evidence);
        tell(actor, decision == Decision.APPROVE ? "phase.approved" : "phase.rejected", passage, details);
        return Optional.of(approval);
    }

    private static void demandPerson(Actor actor, String what) {
        if (actor.token() != null) {
            throw new Problem(ProblemType.FORBIDDEN,
                    "%s may not %s: only a person can, never a token".formatted(actor.label(), what));
        }
    }

    private static void demandFourEyes(Actor actor, Passage passage) {
        List<String> deeds = Stream.of(
                actor.name().equals(passage.submittedBy())
                        ? "submitted revision %d of %s".formatted(passage.revision(), passage.plan())
                        : null,
                actor.name().equals(passage.openedBy()) ? "opened rollout " + passage.rollout() : null)
                .filter(Objects::nonNull).toList();
        if (!deeds.isEmpty()) {
            throw new Problem(ProblemType.SELF_APPROVAL,
                    "%s %s, so another approver in %s has to decide".formatted(actor.name(),
                            String.join(" and ", deeds), passage.environment()),
                    Map.of("notBy", List.copyOf(Decisions.owners(passage))));
        }
    }

    private static void demandCrossing(Passage passage, @Nullable String crossing) {
        if (passage.overTheRiver() && !passage.plan().equals(crossing)) {
            throw new Problem(ProblemType.POINT_OF_NO_RETURN,
                    ("Phase %d of %s crosses the point of no return or lies behind it. To approve it, type the plan's "
                            + "name, %s, as 'crossing'%s").formatted(passage.phase().index(), passage.plan(),
                                    passage.plan(), crossing == null ? "" : "; what came is something else"),
                    Map.of("crossing", passage.plan()));
        }
    }

    private static Map<String, Object> details(Passage passage, @Nullable String comment) {
        Map<String, Object> details = new HashMap<>();
        details.put("phase", passage.phase().index());
        if (comment != null) {
            details.put("comment", comment);
        }
        return details;
    }

    private void tell(Actor actor, String action, Passage passage, Map<String, Object> details) {
        audit.record(actor, action, new Subject("rollout", Long.toString(passage.rollout()), passage.environment()),
                details);
        events.publishEvent(new GatesMoved(passage.environment()));
    }

    /** All decisions on these rollouts, by rollout, oldest first. */
    @Transactional(readOnly = true)
    public Map<Long, List<Approval>> decisions(Collection<Long> rollouts) {
        return decisions.of(rollouts);
    }

    /**
     * Keeps a named go. The caller holds the rollout's row lock. A go that was given already stands; giving it again
     * changes nothing.
     *
     * @return false when it was given before
     */
    @Transactional
    public boolean go(Actor actor, Passage passage, String name, @Nullable String comment) {
        actor.demand(Permission.READ, passage.environment());
        Phase.Manual gate = passage.phase().after().manual().stream().filter(manual -> manual.name().equals(name))
                .findFirst().orElseThrow(() -> Problem
                        .notFound("manual gate '%s' before phase %d".formatted(name, passage.phase().index())));
        demandGiver(actor, passage, gate);
        ManualGo go = new ManualGo(passage.rollout(), passage.phase().index(), name, actor.name(), comment,
                Stamps.now(clock));
        boolean kept = manualGates.keep(go);
        if (kept) {
            Map<String, Object> details = details(passage, comment);
            details.put("gate", name);
            tell(actor, "phase.go-given", passage, details);
        }
        return kept;
    }

    /** Whether this actor may give the go that a blocker {@code manual} waits for. */
    public static boolean mayGive(Blocker blocker, Actor actor, String environment) {
        String by = String.valueOf(blocker.facts().getOrDefault("by", ""));
        return actor.token() == null && actor.may(Permission.READ, environment)
                && (by.isEmpty() ? actor.may(Permission.OPERATE, environment) : by.equals(actor.name()));
    }

    private static void demandGiver(Actor actor, Passage passage, Phase.Manual gate) {
        demandPerson(actor, "give the go '" + gate.name() + "'");
        if (gate.by() == null) {
            actor.demand(Permission.OPERATE, passage.environment());
        } else if (!gate.by().equals(actor.name())) {
            throw new Problem(ProblemType.FORBIDDEN, "The go '%s' is %s's to give, not %s's".formatted(gate.name(),
                    gate.by(), actor.name()), Map.of("by", gate.by()));
        }
    }

    /** All named goes that were given on a rollout, oldest first. */
    @Transactional(readOnly = true)
    public List<ManualGo> goes(long rollout) {
        return manualGates.of(rollout);
    }

    /**
     * Applications and versions that are live in an environment and lie in the range, like {@code accounts-web 2.4.0}. A
     * version of which nobody can tell is among them, and says so: what may depend on a structure keeps it.
     */
    @Transactional(readOnly = true)
    public List<String> liveIn(String environment, Phase.Versions range) {
        return deployments.live(List.of(environment), range.application()).stream()
                .flatMap(live -> switch (match(range, live.version())) {
                    case IN -> Stream.of(live.application() + " " + live.version());
                    case INCOMPARABLE -> Stream.of("%s %s (cannot be compared with %s)"
                            .formatted(live.application(), live.version(), range.version()));
                    case OUT -> Stream.<String>empty();
                }).toList();
    }

    private static VersionRange.Match match(Phase.Versions range, String version) {
        try {
            return VersionRange.parse(range.version()).match(version);
        } catch (IllegalArgumentException e) {
            return VersionRange.Match.INCOMPARABLE;
        }
    }
}
