package dev.rubicon.verification;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.Engines;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.problem.Violations;
import dev.rubicon.registry.Aside;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The door to what differs on targets from what should be there. */
@Component
public class Drifts {

    private static final int LONGEST_REASON = 2_000;
    private static final int NAMED = 20;
    private static final int BATCH = 5_000;

    private final DriftRows rows;
    private final BaselineRows baselines;
    private final SnapshotRows snapshots;
    private final DriftWatch watch;
    private final Comparing comparing;
    private final Targets targets;
    private final Engines engines;
    private final AuditTrail audit;
    private final Aside aside;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Drifts(DriftRows rows, BaselineRows baselines, SnapshotRows snapshots, DriftWatch watch, Comparing comparing,
            Targets targets, Engines engines, AuditTrail audit, Aside aside, TransactionTemplate transactions,
            Clock clock) {
        this.rows = rows;
        this.baselines = baselines;
        this.snapshots = snapshots;
        this.watch = watch;
        this.comparing = comparing;
        this.targets = targets;
        this.engines = engines;
        this.audit = audit;
        this.aside = aside;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** A target with differences. */
    public record Drifted(String target, String environment, int objects, Instant since) {}

    /** The targets that the actor may see, and that are not what they should be, by name. */
    @Transactional(readOnly = true)
    public List<Drifted> all(Actor actor) {
        Map<String, DriftRows.Count> counts = rows.counts().stream()
                .collect(Collectors.toMap(DriftRows.Count::target, each -> each));
        return counts.isEmpty()
                ? List.of()
                : targets.all(actor).stream()
                        .flatMap(each -> Stream.ofNullable(counts.get(each.name()))
                                .map(count -> new Drifted(each.name(),
                                        each.environment(), count.objects(), count.since())))
                        .toList();
    }

    /**
     * Forgets differences that were over before a moment; what is one now stays, however old it is. Each batch is a
     * transaction of its own, so that it can end anywhere and be taken up again.
     *
     * @return how many
     */
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    public long forgetEnded(Instant before) {
        long forgotten = 0;
        int batch = BATCH;
        while (batch == BATCH) {
            batch = rows.forget(before, BATCH);
            forgotten += batch;
        }
        return forgotten;
    }

    /** How a target that the actor may see stands, as the watch last saw it. */
    @Transactional(readOnly = true)
    public Drift of(Actor actor, String name) {
        return drift(targets.get(actor, name));
    }

    private Drift drift(Target target) {
        Optional<Baseline> baseline = baselines.find(target.name())
                .filter(one -> one.isOf(target));
        DriftRows.Look look = rows.look(target.name()).orElse(new DriftRows.Look(null, "", ""));
        List<Drift.Item> open = rows.open(target.name());
        Drift.State state = !open.isEmpty()
                ? Drift.State.DRIFTED
                : baseline.isEmpty() ? Drift.State.UNWATCHED : Drift.State.NONE;
        return new Drift(target.name(), target.environment(), state, baseline.orElse(null), look.lookedAt(),
                look.fingerprint(), look.note(), open, rows.ended(target.name()));
    }

    /**
     * Looks now, outside of any transaction, for it reads the target. Takes {@link Permission#CHECK_TARGET}, for Rubicon
     * connects.
     *
     * @throws Problem CONFLICT when it cannot be read now, or a run is at work there
     */
    public Drift look(Actor actor, String name) {
        Target target = targets.get(actor, name);
        actor.demand(Permission.CHECK_TARGET, target.environment());
        lookNow(name);
        return of(actor, name);
    }

    private void lookNow(String name) {
        aside.run(() -> watch.seen(name)).ifPresent(why -> {
            throw new Problem(ProblemType.CONFLICT, why + ": what is there then is not compared");
        });
    }

    /**
     * Takes what is there as what should be there. Takes {@link Permission#OPERATE}. It looks outside of any transaction,
     * and takes in the caller's, where there is one: then both stand or fall together, but what it saw stays seen.
     *
     * @param fingerprint of the schema that the actor saw
     * @throws Problem INVALID_INPUT without a reason, STALE when the schema is another by now, CONFLICT when it cannot be
     *     read now, or a run is at work there
     */
    public Drift accept(Actor actor, String name, @Nullable String fingerprint, @Nullable String reason) {
        Target target = targets.get(actor, name);
        actor.demand(Permission.OPERATE, target.environment());
        new Violations()
                .unless(fingerprint != null && fingerprint.matches("[0-9a-f]{64}"), "/fingerprint",
                        "Send the 'fingerprint' of GET /targets/{name}/drift, so that you accept what you saw")
                .unless(reason != null && !reason.isBlank() && reason.length() <= LONGEST_REASON, "/reason",
                        "Say why this is as it should be, in 1 to " + LONGEST_REASON + " characters")
                .refuse();
        lookNow(name);
        transactions.executeWithoutResult(
                status -> take(actor, name, String.valueOf(fingerprint), String.valueOf(reason).strip()));
        return of(actor, name);
    }

    private void take(Actor actor, String name, String fingerprint, String reason) {
        if (!baselines.lock(name)) {
            throw Problem.notFound("target '" + name + "'");
        }
        Target target = targets.get(actor, name);
        StoredSnapshot seen = snapshots.newest(name).orElseThrow();
        if (!comparing.counted(target, seen.snapshot()).fingerprint().digits().equals(fingerprint)) {
            throw new Problem(ProblemType.STALE, ("The schema of %s is another than the one you saw. "
                    + "Read the differences again; nothing was accepted").formatted(name));
        }
        List<String> accepted = rows.open(name).stream().map(each -> each.change().words()).toList();
        baselines.put(new Baseline(name, target.url(), Baseline.Why.ACCEPTED, clock.instant(), null, null,
                actor.label(), reason, seen.snapshot().serverVersion(), seen.snapshot().objects()));
        comparing.compare(target, seen.snapshot(), "accepted by " + actor.label() + ": " + reason);
        audit.record(actor, "drift.baseline-accepted", new Subject("target", name, target.environment()),
                Map.of("fingerprint", fingerprint, "reason", reason, "objects",
                        accepted.stream().limit(NAMED).toList(), "count", accepted.size()));
    }

    /**
     * Drafts a plan that leads back to what should be there.
     *
     * @return the document, as YAML; it can be submitted as it is
     * @throws Problem CONFLICT when nothing differs
     */
    @Transactional(readOnly = true)
    public String plan(Actor actor, String name) {
        Target target = targets.get(actor, name);
        List<SchemaChange> changes = rows.open(name).stream().map(Drift.Item::change).toList();
        if (changes.isEmpty()) {
            throw new Problem(ProblemType.CONFLICT,
                    "Nothing on %s is known to differ: there is nothing to reconcile".formatted(name));
        }
        return Reconciliation.of(target.name(), changes, engines.of(target.engine())).yaml();
    }
}
