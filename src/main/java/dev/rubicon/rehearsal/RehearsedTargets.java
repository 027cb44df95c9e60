package dev.rubicon.rehearsal;

import dev.rubicon.engine.Engines;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.execution.RehearsedSchemas;
import dev.rubicon.gate.Blocker;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Plans;
import dev.rubicon.registry.Durations;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.rehearsal.ExpectedSchema.Move;
import dev.rubicon.security.Actor;
import dev.rubicon.verification.IgnoreList;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Compares a target's schema before each phase with what was rehearsed. Targets alike need one rehearsal: whichever target it
 * was on, it stands for all of the same schema. Where evidence is demanded and the schema is one that nobody rehearsed, the
 * rehearsal is asked for.
 */
@Component
class RehearsedTargets implements RehearsedSchemas {

    private static final Duration BROKEN_COUNTS = Duration.ofMinutes(10);

    /** The schema before a phase, as a rehearsal tells it. */
    private record Before(long rehearsal, int phase) {}

    private static final int KNOWN = 40;

    private final Map<Before, Optional<ExpectedSchema>> known = Collections.synchronizedMap(
            new LinkedHashMap<>(KNOWN, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Before, Optional<ExpectedSchema>> eldest) {
                    return size() > KNOWN;
                }
            });
    private final RehearsalRows rows;
    private final Rehearsals rehearsals;
    private final Environments environments;
    private final Plans plans;
    private final Engines engines;
    private final TransactionTemplate transactions;
    private final Clock clock;

    RehearsedTargets(RehearsalRows rows, Rehearsals rehearsals, Environments environments, Plans plans, Engines engines,
            TransactionTemplate transactions, Clock clock) {
        this.transactions = transactions;
        this.plans = plans;
        this.engines = engines;
        this.rows = rows;
        this.rehearsals = rehearsals;
        this.environments = environments;
        this.clock = clock;
    }

    @Override
    public Stake stake(Start start) {
        Policy.Rehearsed demand = policy(start).rehearsal();
        boolean any = passed(start, demand).anyMatch(one -> start.phase() == 0 || expected(start, one).isPresent());
        // a demand that came up behind the first phase can be met by nothing any more
        return demand != null && (any || start.phase() == 0)
                ? Stake.BLOCKS
                : demand != null || any ? Stake.TOLD : Stake.NONE;
    }

    private Policy policy(Start start) {
        return environments.find(start.environment()).orElseThrow().policy();
    }

    private Stream<Rehearsal> passed(Start start, Policy.@Nullable Rehearsed demand) {
        return all(start).filter(one -> one.state() == RehearsalState.PASSED && (demand == null
                || one.evidenceClass().compareTo(EvidenceClass.of(demand.evidence())) >= 0));
    }

    private Stream<Rehearsal> all(Start start) {
        return rows.headsOfRevision(start.plan(), start.revision()).stream()
                .filter(one -> one.digest().equals(start.digest()));
    }

    /** Read once: what has passed does not change, and a phase that waits asks again every ten seconds. */
    private Optional<ExpectedSchema> expected(Start start, Rehearsal passed) {
        return known.computeIfAbsent(new Before(passed.id(), start.phase()), before -> ExpectedSchema
                .before(before.phase, rows.find(passed.id()).orElseThrow(), rows.source(passed.id())));
    }

    /** @param grave of what moved, that for which a phase must not begin */
    private record Nearest(Rehearsal rehearsal, List<Move> moved, List<Move> grave) {

        static Nearest of(Rehearsal one, ExpectedSchema expected, List<Move> moved, Predicate<Move> grave) {
            return new Nearest(one, moved, moved.stream()
                    .filter(move -> grave.test(move) || expected.changed().containsKey(String.valueOf(move.object())))
                    .toList());
        }
    }

    @Override
    public Compared compare(Start start, SchemaSnapshot now) {
        Policy policy = policy(start);
        Policy.Rehearsed demand = policy.rehearsal();
        IgnoreList ignored = IgnoreList.of(policy);
        Predicate<Move> grave = start.phase() == 0 || demand == null ? move -> true : grave(start, now);
        Optional<Nearest> nearest = passed(start, demand)
                .flatMap(one -> expected(start, one)
                        .map(expected -> Nearest.of(one, expected, expected.moved(now, ignored), grave)).stream())
                .min(Comparator.comparingInt((Nearest each) -> each.grave().size())
                        .thenComparingInt(each -> each.moved().size()));
        SchemaBefore before = new SchemaBefore(clock.instant(), now.fingerprint().digits(), now.serverVersion(),
                nearest.map(each -> each.rehearsal().id()).orElse(null),
                nearest.map(each -> words(start, each.rehearsal(), each.moved())).orElse(List.of()));
        // where there is nothing to compare with, nothing can be put back either: only a first phase may wait for a rehearsal
        boolean fits = nearest.map(each -> each.grave().isEmpty()).orElse(start.phase() > 0);
        return new Compared(before, fits || demand == null ? null : blocker(start, demand, nearest, now));
    }

    /**
     * Behind the first phase nothing can be rehearsed any more, and others go on working on the same schema: what they do
     * elsewhere than where the plan is at work is told, and keeps nothing from beginning.
     */
    private Predicate<Move> grave(Start start, SchemaSnapshot now) {
        PlanDocument document = plans.get(start.plan(), start.revision()).document();
        Reach reach = new Reach(new RunningVersions(document, engines.of(document.engine())).touched(), now);
        return move -> move.object() != null && reach.has(move.object());
    }

    private Blocker blocker(Start start, Policy.Rehearsed demand, Optional<Nearest> nearest, SchemaSnapshot now) {
        List<String> moved = nearest.map(each -> words(start, each.rehearsal(), each.grave()))
                .orElse(List.of());
        String what = nearest
                .map(each -> "The schema of %s is not the one that was rehearsed (%s): %s".formatted(start.target(),
                        named(start, each.rehearsal()), String.join("; ", moved)))
                .orElse("Nobody has rehearsed this phase on a schema like that of " + start.target());
        return new Blocker("rehearsal", what,
                start.phase() == 0 ? beginning(start, demand, now) : later(start), null,
                Map.of("phase", start.phase(), "target", start.target(), "moved", moved));
    }

    private static String later(Start start) {
        return ("whoever changed %s, by putting it back; an operator, by rolling back and having the plan rehearsed anew; or "
                + "an administrator, by no longer demanding evidence in %s").formatted(start.target(),
                        start.environment());
    }

    /** One rehearsal for each schema: that of a target alike, which is under way, will do for this one. */
    private String beginning(Start start, Policy.Rehearsed demand, SchemaSnapshot now) {
        EvidenceClass least = EvidenceClass.of(demand.evidence());
        Rehearsal known = Objects.requireNonNull(transactions.execute(status -> known(start, least, now)));
        if (known.state() == RehearsalState.BROKEN) {
            return "clears itself when a rehearsal has passed: %s could not be carried out, and another one is asked for %s after its end"
                    .formatted(named(start, known), Durations.text(BROKEN_COUNTS));
        }
        return known.state().ended()
                ? "an author, by a revision whose rehearsal passes on such a schema, or by rehearsing it again: %s is %s"
                        .formatted(named(start, known), known.state())
                : "clears itself when rehearsal %s has passed".formatted(named(start, known));
    }

    /** Whoever sees the run may not see other environments: of their rehearsals the number alone is told. */
    static String named(Start start, Rehearsal one) {
        return one.environment().equals(start.environment())
                ? "#%d on %s".formatted(one.id(), one.target())
                : "#" + one.id();
    }

    static List<String> words(Start start, Rehearsal one, List<Move> moved) {
        return moved.isEmpty() || one.environment().equals(start.environment())
                ? ExpectedSchema.words(moved)
                : List.of("Not as rehearsed in another environment: %d of its objects".formatted(moved.size()));
    }

    /** Runs on targets alike come here at once, and only the first of them is to ask. */
    private Rehearsal known(Start start, EvidenceClass least, SchemaSnapshot now) {
        rows.takeTurn(start.plan(), start.revision());
        return all(start).filter(one -> one.evidenceClass().compareTo(least) >= 0)
                .filter(one -> isAlike(one, start.target(), now) && !isBrokenLongAgo(one, clock.instant())).findFirst()
                .orElseGet(() -> {
                    Rehearsal asked = rehearsals.ask(Actor.RUBICON, start.plan(), start.revision(), start.target(),
                            least);
                    rows.expects(asked.id(), now.fingerprint().digits(), now.serverVersion());
                    return asked;
                });
    }

    /** Whether a rehearsal is of the very schema that was read on a target, or will be. */
    static boolean isAlike(Rehearsal one, String target, SchemaSnapshot now) {
        return isAlike(one, target, now.fingerprint().digits(), now.serverVersion());
    }

    static boolean isAlike(Rehearsal one, String target, String fingerprint, int serverVersion) {
        return one.sourceFingerprint() == null
                ? one.target().equals(target)
                : one.sourceFingerprint().equals(fingerprint) && Objects.equals(one.sourceVersion(), serverVersion);
    }

    /** What kept it from being carried out may be over. */
    static boolean isBrokenLongAgo(Rehearsal one, Instant now) {
        Instant ended = one.endedAt();
        return one.state() == RehearsalState.BROKEN && ended != null && ended.isBefore(now.minus(BROKEN_COUNTS));
    }
}
