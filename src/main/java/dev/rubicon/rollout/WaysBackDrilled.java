package dev.rubicon.rollout;

import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.plan.Verdict;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Durations;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.rehearsal.Drills;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.RehearsalReport;
import dev.rubicon.rehearsal.RehearsalState;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.verification.Schemas;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The door to the drills of rollouts: which of them have a way back on which targets, and how it stood lately. */
@Component
public class WaysBackDrilled {

    /** After so many intervals without a drill the last one says nothing of today. */
    private static final int STALE_AFTER = 2;
    /** So many broken ones are told, the newest. */
    private static final int MOST_BROKEN = 20;

    /** How a way back stands. */
    public enum Stand {
        /** It was never drilled. */
        UNDRILLED,
        /** A drill waits or runs. */
        DRILLING,
        /** The last drill that showed anything went back and up again. */
        INTACT,
        /** It did, and something has moved since. */
        STALE,
        /** The last drill that showed anything failed, or did not give back what was there. */
        BROKEN,
        /** No drill could be carried out and compared. */
        UNPROVEN
    }

    /**
     * The way back on one target.
     *
     * @param drill number of the drill that says so, a rehearsal's; null where there is none
     * @param at when it ended, or was asked for where it has not
     * @param millis that going back took, or null where it never came to that
     * @param words what broke it, why it is stale or unproven; else empty
     * @param notes what the drill saw besides, in sentences
     */
    public record Drilled(String target, Stand stand, @Nullable Long drill, @Nullable Instant at, @Nullable Long millis,
            String words, List<String> notes) {}

    /** A way back that is broken. */
    public record Broken(long rollout, String plan, String environment, String target, long drill, Instant at,
            String words) {}

    private final RolloutRows rows;
    private final Rollouts rollouts;
    private final Drills drills;
    private final Plans plans;
    private final Environments environments;
    private final Schemas schemas;
    private final Clock clock;

    WaysBackDrilled(RolloutRows rows, Rollouts rollouts, Drills drills, Plans plans, Environments environments,
            Schemas schemas, Clock clock) {
        this.rows = rows;
        this.rollouts = rollouts;
        this.drills = drills;
        this.plans = plans;
        this.environments = environments;
        this.schemas = schemas;
        this.clock = clock;
    }

    /** Each target of a rollout that has a way back now, in the order of their names. */
    public List<Drilled> of(Actor actor, long id) {
        Rollout rollout = rollouts.visible(actor, id);
        Map<String, List<Rehearsal>> known = drills.of(id).stream().collect(Collectors.groupingBy(Rehearsal::target));
        List<RolloutRows.Returnable> back = returnable(rollout);
        Now now = new Now(environments.find(rollout.environment()).orElseThrow().policy(),
                schemas.seen(back.stream().map(RolloutRows.Returnable::target).toList()));
        return back.stream().map(one -> drilled(one, known.getOrDefault(one.target(), List.of()), now)).toList();
    }

    /** What drills of a rollout are held against: its environment's policy, and the schemas of its targets as last seen. */
    private record Now(Policy policy, Map<String, Schemas.Seen> schemas) {}

    /**
     * Has the way back drilled. Takes the right to operate.
     *
     * @param target null for the one that was drilled longest ago, or never
     * @throws Problem CONFLICT when there is no way back there, or a drill of this rollout has not ended
     */
    public Rehearsal ask(Actor actor, long id, @Nullable String target) {
        Rollout rollout = rollouts.visible(actor, id);
        actor.demand(Permission.OPERATE, rollout.environment());
        List<Drilled> all = of(actor, id);
        String on = all.stream().filter(one -> target == null || one.target().equals(target))
                .min(Comparator.comparing(one -> Objects.requireNonNullElse(one.at(), Instant.EPOCH)))
                .map(Drilled::target).orElseThrow(() -> new Problem(ProblemType.CONFLICT, target == null
                        ? "Rollout #%d has no way back to drill: it has done nothing, is past its point of no return, or newer rollouts stand above it"
                                .formatted(id)
                        : "Rollout #%d has no way back to drill on %s: it has done nothing there, is past its point of no return, or a newer rollout stands above it"
                                .formatted(id, target)));
        return drills.ask(actor, new Drills.Order(id, rollout.plan(), rollout.revision(), on))
                .orElseThrow(() -> new Problem(ProblemType.CONFLICT,
                        "A drill of rollout #%d has not ended yet: there is one at a time".formatted(id)));
    }

    /** The newest broken ways back of all rollouts that the actor may see. */
    public List<Broken> broken(Actor actor) {
        List<Long> broken = rows.brokenDrills(rollouts.environments(actor), MOST_BROKEN);
        Map<Long, List<String>> crossed = new HashMap<>();
        return drills.all(broken).stream()
                .filter(drill -> !crossed.computeIfAbsent(Objects.requireNonNull(drill.rollout()),
                        rollout -> crossed(rollout, drill.plan(), drill.revision())).contains(drill.target()))
                .map(drill -> new Broken(Objects.requireNonNull(drill.rollout()), drill.plan(), drill.environment(),
                        drill.target(), drill.id(), Objects.requireNonNull(drill.endedAt()), Drills.whatBroke(drill)))
                .toList();
    }

    private List<RolloutRows.Returnable> returnable(Rollout rollout) {
        Set<String> crossed = Set.copyOf(crossed(rollout.id(), rollout.plan(), rollout.revision()));
        return rows.returnable(rollout.id()).stream().filter(one -> !crossed.contains(one.target()))
                .toList();
    }

    /** The targets that are past the point of no return. */
    List<String> crossed(long id, String plan, int number) {
        PlanRevision revision = plans.get(plan, number);
        Verdict.PointOfNoReturn river = revision.verdict() == null ? null : revision.verdict().pointOfNoReturn();
        return river == null ? List.of() : rows.inEffect(id, river.step());
    }

    private Drilled drilled(RolloutRows.Returnable one, List<Rehearsal> known, Now now) {
        Optional<Rehearsal> under = known.stream().filter(drill -> !drill.state().ended()).findFirst();
        List<Rehearsal> ended = known.stream().filter(drill -> drill.state().ended())
                .sorted(Comparator.comparing(Rehearsal::id).reversed()).toList();
        // a try that shows nothing takes nothing back of what the one before has shown
        Optional<Rehearsal> last = ended.stream().filter(drill -> drill.state().isEvidence()).findFirst()
                .or(() -> ended.stream().findFirst());
        return under.map(drill -> new Drilled(one.target(), Stand.DRILLING, drill.id(), drill.askedAt(), null,
                drill.message(), List.of())).or(() -> last.map(drill -> drilled(one, drill, ended.getFirst(), now)))
                .orElseGet(() -> new Drilled(one.target(), Stand.UNDRILLED, null, null, null, "", List.of()));
    }

    /** @param newest the drill itself, or one behind it that showed nothing */
    private Drilled drilled(RolloutRows.Returnable one, Rehearsal drill, Rehearsal newest, Now now) {
        List<String> moved = drill.state() == RehearsalState.PASSED ? moved(one, drill, now) : List.of();
        RehearsalReport.WayBack back = drill.report().wayBack();
        Stand stand = switch (drill.state()) {
            case QUEUED, RUNNING -> Stand.DRILLING;
            case PASSED -> moved.isEmpty() ? Stand.INTACT : Stand.STALE;
            case DIFFERS, FAILED -> Stand.BROKEN;
            case EMPTY, BROKEN -> Stand.UNPROVEN;
        };
        String words = switch (stand) {
            case STALE -> String.join("; ", moved);
            case BROKEN -> Drills.whatBroke(drill);
            case UNPROVEN -> whyUnproven(drill);
            case INTACT, DRILLING, UNDRILLED -> "";
        };
        return new Drilled(one.target(), stand, drill.id(), drill.endedAt(), back == null ? null : back.millis(), words,
                notes(drill, newest));
    }

    private static List<String> notes(Rehearsal drill, Rehearsal newest) {
        List<String> notes = new ArrayList<>(drill.report().notes());
        if (newest.id() != drill.id()) {
            notes.addFirst("Drill #%d since then showed nothing: %s".formatted(newest.id(), whyUnproven(newest)));
        }
        return notes;
    }

    private static String whyUnproven(Rehearsal drill) {
        return drill.message().isEmpty() ? "There was nothing to undo" : drill.message();
    }

    private List<String> moved(RolloutRows.Returnable one, Rehearsal drill, Now now) {
        Instant began = Objects.requireNonNull(drill.startedAt());
        List<String> moved = new ArrayList<>();
        if (one.lastRun().isAfter(began)) {
            moved.add("A phase has run since");
        }
        if (isAnotherSchema(drill, now)) {
            moved.add("The schema of %s has changed since".formatted(one.target()));
        }
        Duration most = now.policy.betweenDrills().multipliedBy(STALE_AFTER);
        if (began.plus(most).isBefore(clock.instant())) {
            moved.add("It is older than " + Durations.text(most));
        }
        return moved;
    }

    private boolean isAnotherSchema(Rehearsal drill, Now now) {
        Schemas.Seen seen = now.schemas.get(drill.target());
        return seen != null && seen.at().isAfter(Objects.requireNonNull(drill.endedAt()))
                && !seen.fingerprint().equals(drill.sourceFingerprint())
                // object by object only where a difference may be none: whole schemas are large
                && (now.policy.ignored().isEmpty() || schemas.newest(drill.target())
                        .filter(schema -> drills.moved(drill, schema, now.policy).isEmpty()).isEmpty());
    }
}
