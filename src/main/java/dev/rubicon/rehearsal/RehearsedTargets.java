package dev.rubicon.rehearsal;

import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.execution.RehearsedSchemas;
import dev.rubicon.gate.Blocker;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.security.Actor;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compares a target's schema before each phase with what was rehearsed. Targets alike need one rehearsal: whichever target it
 * was on, it stands for all of the same schema. Where evidence is demanded and the schema is one that nobody rehearsed, the
 * rehearsal is asked for.
 */
@Component
class RehearsedTargets implements RehearsedSchemas {

    private final RehearsalRows rows;
    private final Rehearsals rehearsals;
    private final Environments environments;
    private final Clock clock;

    RehearsedTargets(RehearsalRows rows, Rehearsals rehearsals, Environments environments, Clock clock) {
        this.rows = rows;
        this.rehearsals = rehearsals;
        this.environments = environments;
        this.clock = clock;
    }

    @Override
    public Stake stake(Start start) {
        Policy.Rehearsed demand = demand(start);
        boolean any = passed(start, demand).findAny().isPresent();
        // a demand that came up behind the first phase can be met by nothing any more
        return demand != null && (any || start.phase() == 0) ? Stake.BLOCKS : any ? Stake.TOLD : Stake.NONE;
    }

    private Policy.@Nullable Rehearsed demand(Start start) {
        return environments.find(start.environment()).orElseThrow().policy().rehearsal();
    }

    private Stream<Rehearsal> passed(Start start, Policy.@Nullable Rehearsed demand) {
        return all(start).filter(one -> one.state() == RehearsalState.PASSED && (demand == null
                || one.evidenceClass().compareTo(EvidenceClass.of(demand.evidence())) >= 0));
    }

    private Stream<Rehearsal> all(Start start) {
        return rows.ofRevision(start.plan(), start.revision()).stream()
                .filter(one -> one.digest().equals(start.digest()));
    }

    private record Nearest(Rehearsal rehearsal, List<String> moved) {}

    @Override
    public Compared compare(Start start, SchemaSnapshot now) {
        Policy.Rehearsed demand = demand(start);
        Optional<Nearest> nearest = passed(start, demand)
                .flatMap(one -> ExpectedSchema.before(start.phase(), one, rows.source(one.id()))
                        .map(expected -> new Nearest(one, expected.moved(now))).stream())
                .min(Comparator.comparing(each -> each.moved().size()));
        SchemaBefore before = new SchemaBefore(clock.instant(), now.fingerprint().digits(), now.serverVersion(),
                nearest.map(each -> each.rehearsal().id()).orElse(null),
                nearest.map(Nearest::moved).orElse(List.of()));
        return new Compared(before, before.asRehearsed() || demand == null
                ? null
                : blocker(start, demand, nearest, now));
    }

    private Blocker blocker(Start start, Policy.Rehearsed demand, Optional<Nearest> nearest, SchemaSnapshot now) {
        String what = nearest
                .map(each -> "The schema of %s is not the one that was rehearsed (#%d, on %s): %s".formatted(
                        start.target(), each.rehearsal().id(), each.rehearsal().target(),
                        String.join("; ", each.moved())))
                .orElse("Nobody has rehearsed this phase on a schema like that of " + start.target());
        return new Blocker("rehearsal", what,
                start.phase() == 0 ? beginning(start, demand, now) : later(start), null,
                Map.of("phase", start.phase(), "target", start.target(), "moved",
                        nearest.map(Nearest::moved).orElse(List.of())));
    }

    private static String later(Start start) {
        return ("whoever changed %s, by putting it back; an operator, by rolling back and having the plan rehearsed anew; or "
                + "an administrator, by no longer demanding evidence in %s").formatted(start.target(),
                        start.environment());
    }

    /** One rehearsal for each schema: that of a target alike, which is under way, will do for this one. */
    private String beginning(Start start, Policy.Rehearsed demand, SchemaSnapshot now) {
        EvidenceClass least = EvidenceClass.of(demand.evidence());
        Rehearsal known = all(start).filter(one -> one.evidenceClass().compareTo(least) >= 0)
                .filter(one -> one.sourceFingerprint() == null
                        ? one.target().equals(start.target())
                        : one.sourceFingerprint().equals(now.fingerprint().digits()))
                .findFirst().orElseGet(() -> rehearsals.ask(Actor.RUBICON, start.plan(), start.revision(),
                        start.target(), least));
        return known.state().ended()
                ? "an author, by a revision whose rehearsal passes on such a schema, or by rehearsing it again: #%d, on %s, is %s"
                        .formatted(known.id(), known.target(), known.state())
                : "clears itself when rehearsal #%d on %s has passed".formatted(known.id(), known.target());
    }
}
