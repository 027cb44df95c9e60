package dev.rubicon.verification;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Target;
import dev.rubicon.security.Actor;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Compares what a target has with its baseline, and keeps the differences: one row each, for as long as it is one. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class Comparing {

    private static final int NAMED = 20;

    private final DriftRows rows;
    private final BaselineRows baselines;
    private final Environments environments;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Comparing(DriftRows rows, BaselineRows baselines, Environments environments, AuditTrail audit,
            ApplicationEventPublisher events, Clock clock) {
        this.rows = rows;
        this.baselines = baselines;
        this.environments = environments;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** The same without what the target's environment ignores. */
    SchemaSnapshot counted(Target target, SchemaSnapshot snapshot) {
        return ignored(target).without(snapshot.serverVersion(), snapshot.objects());
    }

    private IgnoreList ignored(Target target) {
        return IgnoreList.of(environments.find(target.environment()).orElseThrow().policy());
    }

    /**
     * Writes down what is not as it should be; the caller's transaction has the target's lock.
     *
     * @param ended why what differs no more does so, in a sentence
     */
    void compare(Target target, SchemaSnapshot now, String ended) {
        SchemaSnapshot counted = counted(target, now);
        Baseline baseline = baselines.find(target.name()).filter(one -> one.isOf(target)).orElse(null);
        if (baseline != null && baseline.serverVersion() != now.serverVersion()) {
            renew(target, baseline, now);
            differ(target, List.of(), "the server was upgraded, and the baseline was taken anew");
        } else if (baseline != null) {
            differ(target, SchemaDiff.between(
                    ignored(target).without(baseline.serverVersion(), baseline.objects()), counted).changes(), ended);
        } else {
            differ(target, List.of(), "the target is another database now");
        }
        rows.looked(target.name(), counted.fingerprint().digits());
    }

    private void renew(Target target, Baseline old, SchemaSnapshot now) {
        baselines.put(new Baseline(target.name(), target.url(), Baseline.Why.UPGRADE, clock.instant(), old.rollout(),
                old.run(), null, "PostgreSQL %d before, %d now: their texts are not comparable"
                        .formatted(old.serverVersion(), now.serverVersion()),
                now.serverVersion(), now.objects()));
        record(target, "drift.baseline-renewed",
                Map.of("versionBefore", old.serverVersion(), "version", now.serverVersion()));
    }

    private void differ(Target target, List<SchemaChange> changes, String ended) {
        List<SchemaChange> open = rows.open(target.name()).stream().map(Drift.Item::change).toList();
        Set<String> before = names(open);
        Set<String> after = names(changes);
        changes.forEach(change -> rows.seen(target.name(), change));
        List<SchemaChange> gone = open.stream().filter(Predicate.not(change -> after.contains(change.words())))
                .toList();
        gone.forEach(change -> rows.ended(target.name(), change, ended));
        List<String> appeared = after.stream().filter(Predicate.not(before::contains)).toList();
        tell(target, appeared, gone.stream().map(SchemaChange::words).toList(), ended);
    }

    private void tell(Target target, List<String> appeared, List<String> gone, String ended) {
        if (!appeared.isEmpty()) {
            record(target, "drift.seen", Map.of("objects", few(appeared), "count", appeared.size()));
        }
        if (!gone.isEmpty()) {
            record(target, "drift.ended", Map.of("objects", few(gone), "count", gone.size(), "because", ended));
        }
        if (!appeared.isEmpty() || !gone.isEmpty()) {
            events.publishEvent(new DriftMoved(target.name(), target.environment(), appeared, gone));
        }
    }

    private void record(Target target, String action, Map<String, ?> details) {
        audit.record(Actor.RUBICON, action, new Subject("target", target.name(), target.environment()), details);
    }

    private static List<String> few(List<String> names) {
        return names.stream().limit(NAMED).toList();
    }

    private static Set<String> names(List<SchemaChange> changes) {
        return changes.stream().map(SchemaChange::words).collect(Collectors.toCollection(TreeSet::new));
    }
}
