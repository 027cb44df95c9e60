package dev.rubicon.rollout;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.Engines;
import dev.rubicon.execution.Turn;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Verdict;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Aside;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.registry.TargetIdentity;
import dev.rubicon.registry.Targets;
import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rehearsal.Surveys;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.erdtman.jcs.JsonCanonicalizer;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Opens rollouts: selects the targets, makes sure of which databases they are, freezes all that is approved. */
@Component
class Opening {

    private final Plans plans;
    private final Targets targets;
    private final Environments environments;
    private final Engines engines;
    private final RolloutRows rows;
    private final RolloutEvents events;
    private final Wakes wakes;
    private final Turn turn;
    private final Rehearsals rehearsals;
    private final Surveys surveys;
    private final AuditTrail audit;
    private final JsonMapper json;
    private final Aside aside;
    private final TransactionTemplate transactions;

    Opening(Plans plans, Targets targets, Environments environments, Engines engines, RolloutRows rows,
            RolloutEvents events, Wakes wakes, Turn turn, Rehearsals rehearsals, Surveys surveys, AuditTrail audit,
            JsonMapper json, Aside aside, TransactionTemplate transactions) {
        this.aside = aside;
        this.surveys = surveys;
        this.plans = plans;
        this.targets = targets;
        this.environments = environments;
        this.engines = engines;
        this.rows = rows;
        this.events = events;
        this.wakes = wakes;
        this.turn = turn;
        this.rehearsals = rehearsals;
        this.audit = audit;
        this.json = json;
        this.transactions = transactions;
    }

    /** Connects to targets that were never checked, outside any transaction; then stores all at once. */
    long open(Actor actor, Rollouts.Order order) {
        Environment environment = environments.find(order.environment())
                .filter(found -> actor.sees(found.name()))
                .orElseThrow(() -> Problem.notFound("environment '" + order.environment() + "'"));
        actor.demand(Permission.OPEN_ROLLOUT, environment.name());
        PlanRevision revision = plans.get(order.plan(), order.revision());
        engines.of(revision.document().engine());
        List<Target> selected = select(actor, order, revision.document().engine());
        Map<String, TargetIdentity> identities = aside.run(() -> identities(selected));
        Frozen frozen = freeze(order, revision, environment.policy(), selected, identities);
        String digest = digest(frozen);
        Long id = transactions.execute(status -> {
            long opened = rows.insert(revision.plan(), revision.revision(), environment.name(), digest, frozen,
                    revision.submittedBy(), actor.name(), revision.document().phases().size());
            turn.take(opened);
            events.append(opened, "rollout.opened", Map.of("plan", revision.plan(), "revision", revision.revision(),
                    "targets", selected.stream().map(Target::name).toList(), "by", actor.label()));
            audit.record(actor, "rollout.opened",
                    new Subject("rollout", String.valueOf(opened), environment.name()),
                    Map.of("plan", revision.plan(), "revision", revision.revision(), "digest", digest, "targets",
                            selected.stream().map(Target::name).toList()));
            rehearse(actor, opened, revision, environment.policy(), selected);
            wakes.now(opened);
            return opened;
        });
        return java.util.Objects.requireNonNull(id);
    }

    /**
     * Where evidence is demanded and there is none, it is asked for now, on the first target: nobody has to remember. Which
     * other schemas there are among the targets is looked at beside.
     */
    private void rehearse(Actor actor, long opened, PlanRevision revision, Policy policy, List<Target> selected) {
        Policy.Rehearsed demand = policy.rehearsal();
        if (demand == null) {
            return;
        }
        List<String> names = selected.stream().map(Target::name).toList();
        EvidenceClass least = EvidenceClass.of(demand.evidence());
        if (rehearsals.missing(demand, new Rehearsals.Crossing(revision, names, false)).isPresent()) {
            // the policy asks, whoever opens: an opener need not be somebody who may ask for that class
            Actor asker = actor.may(least.permission(), selected.getFirst().environment()) ? actor : Actor.RUBICON;
            rehearsals.ask(asker, revision.plan(), revision.revision(), names.getFirst(), least);
        }
        surveys.begin(opened, revision, names, least);
    }

    private List<Target> select(Actor actor, Rollouts.Order order, EngineKind engine) {
        if (order.names().isEmpty() == order.labels().isEmpty()) {
            throw invalid("/targets", "Select the targets by names or by labels: exactly one of them");
        }
        List<Target> selected = order.names().isEmpty()
                ? targets.byLabels(order.environment(), order.labels())
                : order.names().stream().distinct().map(name -> targets.get(actor, name)).toList();
        if (selected.isEmpty()) {
            throw invalid("/targets/labels", "No target of %s carries these labels".formatted(order.environment()));
        }
        for (Target target : selected) {
            if (!target.environment().equals(order.environment())) {
                throw invalid("/targets/names", "Target %s belongs to %s, not to %s".formatted(target.name(),
                        target.environment(), order.environment()));
            }
            if (target.engine() != engine) {
                throw invalid("/targets", "Target %s is %s, the plan is for %s".formatted(target.name(),
                        target.engine().wireName(), engine.wireName()));
            }
        }
        return selected;
    }

    /** Which database each target is. A target that was never reached is checked now: its identity is approved too. */
    private Map<String, TargetIdentity> identities(List<Target> selected) {
        Map<String, TargetIdentity> known = new HashMap<>();
        Map<String, Future<TargetCheck>> asked = new HashMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Target target : selected) {
                Optional.ofNullable(target.identity()).ifPresentOrElse(
                        identity -> known.put(target.name(), identity),
                        () -> asked.put(target.name(), threads.submit(() -> check(target))));
            }
        }
        List<Map<String, String>> violations = new ArrayList<>();
        asked.forEach((name, future) -> {
            TargetCheck check = checked(future);
            targets.recordCheck(Actor.RUBICON, name, check);
            TargetIdentity identity = check.identity();
            if (!check.ok() || identity == null) {
                violations
                        .add(violation("/targets", "Target %s is not ready: %s".formatted(name, firstMissing(check))));
            } else {
                known.put(name, identity);
            }
        });
        known.forEach((name, identity) -> known.forEach((other, same) -> {
            if (name.compareTo(other) < 0 && identity.equals(same)) {
                violations.add(violation("/targets", "Targets %s and %s are the same database".formatted(name, other)));
            }
        }));
        if (!violations.isEmpty()) {
            throw invalid(violations);
        }
        return known;
    }

    private TargetCheck check(Target target) {
        TargetAccess access;
        try {
            access = targets.access(target.name());
        } catch (Problem noPassword) {
            throw invalid("/targets", "Target %s is not ready: %s".formatted(target.name(), noPassword.getMessage()));
        }
        return engines.of(target.engine()).check(access);
    }

    private static TargetCheck checked(Future<TargetCheck> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Problem refused ? refused : new IllegalStateException(e.getCause());
        }
    }

    private static String firstMissing(TargetCheck check) {
        return check.items().stream().filter(item -> item.state() == TargetCheck.State.MISSING).findFirst()
                .map(TargetCheck.Item::message).orElse("its server could not be identified");
    }

    private static Frozen freeze(Rollouts.Order order, PlanRevision revision, Policy policy, List<Target> selected,
            Map<String, TargetIdentity> identities) {
        List<Integer> ends = ends(order.waves(), selected.size());
        List<Frozen.FrozenTarget> frozen = IntStream.range(0, selected.size())
                .mapToObj(i -> new Frozen.FrozenTarget(selected.get(i).name(), identities.get(selected.get(i).name()),
                        selected.get(i).labels(), (int) ends.stream().filter(end -> end <= i).count()))
                .toList();
        List<Integer> approvals = revision.document().phases().stream()
                .map(phase -> approvals(revision, policy, phase.index())).toList();
        return new Frozen(revision.digest(), order.environment(), frozen, order.waves(), order.startPhases(), policy,
                approvals);
    }

    /** How many targets are in this wave or an earlier one, for each wave. */
    private static List<Integer> ends(List<Rollouts.Wave> waves, int fleet) {
        if (waves.isEmpty()) {
            return List.of(fleet);
        }
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < waves.size(); i++) {
            Integer count = waves.get(i).count();
            Integer percent = waves.get(i).percent();
            if ((count == null) == (percent == null) || (count != null && count < 1)
                    || (percent != null && (percent < 1 || percent > 100))) {
                throw invalid("/waves/" + i, "A wave has either a count of at least 1 or a percent from 1 to 100");
            }
            int end = Math.min(fleet, count != null
                    ? count + (ends.isEmpty() ? 0 : ends.getLast())
                    : Math.ceilDiv(fleet * java.util.Objects.requireNonNull(percent), 100));
            if (!ends.isEmpty() && end < ends.getLast()) {
                throw invalid("/waves/" + i,
                        "percent is cumulative over the fleet: this wave ends before the last one");
            }
            ends.add(end);
        }
        if (ends.getLast() < fleet) {
            throw invalid("/waves", "The waves reach %d of %d targets: let the last one be percent: 100"
                    .formatted(ends.getLast(), fleet));
        }
        return ends;
    }

    private static int approvals(PlanRevision revision, Policy policy, int phase) {
        Verdict verdict = revision.verdict();
        boolean high = verdict != null && verdict.phaseRisks().containsKey(phase)
                && java.util.Objects.requireNonNull(verdict.phaseRisks().get(phase)).level() == Verdict.Level.HIGH;
        int needed = high ? policy.approvals().highRisk() : policy.approvals().normal();
        return revision.overTheRiver(phase) ? Math.max(needed, Math.max(1, policy.approvals().river())) : needed;
    }

    private String digest(Frozen frozen) {
        try {
            byte[] canonical = new JsonCanonicalizer(json.writeValueAsString(frozen)).getEncodedUTF8();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(canonical);
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Problem invalid(String pointer, String message) {
        return invalid(List.of(violation(pointer, message)));
    }

    private static Problem invalid(List<Map<String, String>> violations) {
        return new Problem(ProblemType.INVALID_INPUT,
                java.util.Objects.requireNonNull(violations.getFirst().get("message")),
                Map.of("violations", violations));
    }

    private static Map<String, String> violation(String pointer, String message) {
        return Map.of("pointer", pointer, "message", message);
    }
}
