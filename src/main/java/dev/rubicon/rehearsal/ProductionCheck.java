package dev.rubicon.rehearsal;

import dev.rubicon.analysis.Judgement.ReadStatement;
import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LocksSeen;
import dev.rubicon.engine.LocksSeen.Taken;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.execution.LockRecord;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.PhaseRuns;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.rehearsal.Foresight.Foreseen;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.security.Actor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lays the locks that were seen on targets beside those of the rehearsal and of the analysis. */
@Component
public class ProductionCheck {

    private final RehearsalRows rows;
    private final Foresight foresight;
    private final PhaseRuns runs;

    ProductionCheck(RehearsalRows rows, Foresight foresight, PhaseRuns runs) {
        this.rows = rows;
        this.foresight = foresight;
        this.runs = runs;
    }

    /**
     * A step of a run.
     *
     * @param rehearsal with which it is compared, or null where none that the reader may see did this step
     * @param seen in all tries together
     * @param disagreements what was otherwise than it was rehearsed or foreseen, in sentences
     */
    public record StepLocks(long run, int phase, Direction direction, String step, @Nullable Long rehearsal,
            List<Relation> relations, LocksSeen seen, List<String> disagreements) {}

    /**
     * @param foreseen by the analysis, or null for none
     * @param rehearsed the strongest, or null for none
     * @param rehearsedMillis for which it was held at most, or null for none
     * @param inProduction or null where it was not seen
     */
    public record Relation(String relation, String kind, @Nullable LockMode foreseen, @Nullable LockMode rehearsed,
            @Nullable Long rehearsedMillis, @Nullable Taken inProduction) {}

    /**
     * A step over all targets on which it ran.
     *
     * @param seen the strongest and longest of all of them
     */
    public record InProduction(Direction direction, int phase, String step, int targets, LocksSeen seen) {

        /** Whether it is what a rehearsal did there. */
        public boolean ofLeg(Way way, int phaseOfLeg, String stepOfLeg) {
            return direction == ProductionCheck.direction(way) && phase == phaseOfLeg && step.equals(stepOfLeg);
        }
    }

    /** Runs of one revision on one target; steps of which nothing was seen are left out. */
    public List<StepLocks> of(Actor actor, PlanRevision revision, List<PhaseRunView> views) {
        if (views.stream().allMatch(view -> view.steps().stream().allMatch(step -> seen(step).nothing()))) {
            return List.of();
        }
        List<Rehearsal> rehearsals = rows.ofRevision(revision.plan(), revision.revision()).stream()
                .filter(one -> actor.sees(one.environment()) && one.state().isEvidence()
                        && one.digest().equals(revision.digest()))
                .toList();
        Map<Integer, List<ReadStatement>> read = new HashMap<>();
        return views.stream().flatMap(view -> view.steps().stream().filter(step -> !seen(step).nothing()).map(step -> {
            Optional<Rehearsal> rehearsal = nearest(rehearsals, view, step.step());
            List<ReadStatement> statements = read.computeIfAbsent(
                    rehearsal.map(one -> one.report().serverVersion()).orElse(0),
                    version -> foresight.read(revision, version));
            return beside(view, step, rehearsal,
                    Foresight.foreseen(statements, view.direction() == Direction.ROLLBACK, step.step()));
        })).toList();
    }

    /** The newest on the same target, or else the newest, that did this step. */
    private static Optional<Rehearsal> nearest(List<Rehearsal> newestFirst, PhaseRunView view, String step) {
        List<Rehearsal> did = newestFirst.stream()
                .filter(one -> !rehearsed(one, view.direction(), view.phase(), step).isEmpty()).toList();
        return did.stream().filter(one -> one.target().equals(view.target())).findFirst()
                .or(() -> did.stream().findFirst());
    }

    private static LocksSeen seen(PhaseRunView.StepView step) {
        return step.attempts().stream().map(PhaseRunView.AttemptView::locks).filter(Objects::nonNull)
                .reduce(LocksSeen.NOTHING, LocksSeen::and);
    }

    private static Direction direction(Way way) {
        return way == Way.DOWN ? Direction.ROLLBACK : Direction.FORWARD;
    }

    private static List<StepObservation> rehearsed(Rehearsal rehearsal, Direction direction, int phase, String step) {
        return rehearsal.report().legs().stream()
                .filter(leg -> leg.phase() == phase && direction(leg.way()) == direction)
                .map(Leg::steps).flatMap(List::stream).filter(seen -> seen.step().equals(step))
                .flatMap(seen -> Stream.ofNullable(seen.seen())).toList();
    }

    private static StepLocks beside(PhaseRunView view, PhaseRunView.StepView step, Optional<Rehearsal> rehearsal,
            List<Foreseen> foreseen) {
        LocksSeen seen = seen(step);
        List<StepObservation> rehearsed = rehearsal
                .map(one -> rehearsed(one, view.direction(), view.phase(), step.step())).orElse(List.of());
        return new StepLocks(view.id(), view.phase(), view.direction(), step.step(),
                rehearsal.map(Rehearsal::id).orElse(null), relations(foreseen, rehearsed, seen), seen,
                disagreements(foreseen, rehearsed, seen));
    }

    private static List<Relation> relations(List<Foreseen> foreseen, List<StepObservation> rehearsed, LocksSeen seen) {
        Map<String, LockMode> expected = foreseen(foreseen);
        Map<String, StepObservation.Lock> before = rehearsed(rehearsed);
        Map<String, Taken> now = new LinkedHashMap<>();
        seen.locks().forEach(lock -> now.put(lock.relation(), lock));
        Set<String> all = new TreeSet<>(expected.keySet());
        all.addAll(before.keySet());
        all.addAll(now.keySet());
        return all.stream().map(name -> {
            StepObservation.Lock rehearsal = before.get(name);
            Taken taken = now.get(name);
            String kind = taken != null ? taken.kind() : rehearsal != null ? rehearsal.kind() : "";
            return new Relation(name, kind, expected.get(name), rehearsal == null ? null : rehearsal.mode(),
                    rehearsal == null ? null : rehearsal.heldMillis(), taken);
        }).toList();
    }

    private static Map<String, LockMode> foreseen(List<Foreseen> statements) {
        return Foresight.strongest(statements.stream().flatMap(each -> each.locks().stream())
                .map(lock -> Map.entry(lock.relation(), lock.mode())));
    }

    private static Map<String, StepObservation.Lock> rehearsed(List<StepObservation> seen) {
        Map<String, StepObservation.Lock> strongest = new TreeMap<>();
        seen.stream().flatMap(one -> one.locks().stream()).forEach(lock -> strongest.merge(lock.relation(), lock,
                (one, other) -> one.mode().compareTo(other.mode()) > 0
                        || one.mode() == other.mode() && one.heldMillis() >= other.heldMillis() ? one : other));
        return strongest;
    }

    /**
     * What was taken in production otherwise than it was rehearsed or foreseen, in sentences. What another migration or the
     * application would not meet is left out, and so are indexes of which the text and the rehearsal say nothing.
     *
     * @param foreseen empty for what nobody foresees statement by statement
     * @param rehearsed empty where it was not
     */
    public static List<String> disagreements(List<Foreseen> foreseen, List<StepObservation> rehearsed,
            LocksSeen seen) {
        Map<String, LockMode> expected = foreseen(foreseen);
        Map<String, StepObservation.Lock> before = rehearsed(rehearsed);
        List<String> found = new ArrayList<>();
        for (Taken lock : seen.locks()) {
            StepObservation.Lock rehearsal = before.get(lock.relation());
            List<String> less = new ArrayList<>();
            // what was sampled here may just have been missed there
            if (!rehearsed.isEmpty() && lock.exact()) {
                unexpected(rehearsal == null ? null : rehearsal.mode(), lock).map(word -> "rehearsed was " + word)
                        .ifPresent(less::add);
            }
            if (!foreseen.isEmpty()) {
                unexpected(expected.get(lock.relation()), lock).map(word -> "foreseen was " + word)
                        .ifPresent(less::add);
            }
            if (!less.isEmpty()) {
                found.add("%s on %s was taken; %s".formatted(lock.mode().word(), lock.relation(),
                        String.join(", ", less)));
            }
        }
        found.addAll(missing(before, seen));
        return found;
    }

    /** What was expected instead; empty where the lock is no news. */
    private static Optional<String> unexpected(@Nullable LockMode expected, Taken lock) {
        boolean unknown = expected == null && lock.kind().equals("index");
        return lock.taken() && Foresight.felt(lock.mode()) && weaker(expected, lock.mode()) && !unknown
                ? Optional.of(Foresight.word(expected))
                : Optional.empty();
    }

    private static boolean weaker(@Nullable LockMode expected, LockMode taken) {
        return expected == null || expected.compareTo(taken) < 0;
    }

    /** Only a transaction that told its locks itself, and all of them, did not take what it does not tell. */
    private static List<String> missing(Map<String, StepObservation.Lock> rehearsed, LocksSeen seen) {
        if (seen.more() > 0 || seen.locks().stream().noneMatch(Taken::exact)) {
            return List.of();
        }
        Map<String, LockMode> taken = Foresight.strongest(seen.locks().stream().filter(Taken::taken)
                .map(lock -> Map.entry(lock.relation(), lock.mode())));
        return rehearsed.values().stream()
                .filter(lock -> lock.exact() && Foresight.felt(lock.mode()) && !lock.kind().equals("index")
                        && weaker(taken.get(lock.relation()), lock.mode()))
                .map(lock -> "%s on %s was rehearsed; no more than %s was taken".formatted(lock.mode().word(),
                        lock.relation(), Foresight.word(taken.get(lock.relation()))))
                .toList();
    }

    /** What was seen of a revision's steps on all targets that the actor may see. */
    public List<InProduction> of(Actor actor, PlanRevision revision) {
        record Key(Direction direction, int phase, String step) {}
        Map<Key, List<LockRecord>> byStep = runs.locked(revision.plan(), revision.revision()).stream()
                .filter(one -> actor.sees(one.environment()))
                .collect(Collectors.groupingBy(one -> new Key(one.direction(), one.phase(), one.step())));
        return byStep.entrySet().stream().map(each -> new InProduction(each.getKey().direction, each.getKey().phase,
                each.getKey().step, (int) each.getValue().stream().map(LockRecord::target).distinct().count(),
                each.getValue().stream().map(LockRecord::seen).reduce(LocksSeen.NOTHING, LocksSeen::and))).toList();
    }
}
