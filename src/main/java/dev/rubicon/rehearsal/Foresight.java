package dev.rubicon.rehearsal;

import dev.rubicon.analysis.Judgement;
import dev.rubicon.analysis.Judgement.ReadStatement;
import dev.rubicon.analysis.Terms;
import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.StepSeen;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lays what the analysis foresees of a revision's statements beside what rehearsals saw. */
@Component
public class Foresight {

    private final Judgement judgement;
    private final Plans plans;

    Foresight(Judgement judgement, Plans plans) {
        this.judgement = judgement;
        this.plans = plans;
    }

    /**
     * A statement, as the analysis foresees it from the text alone.
     *
     * @param scans tables that it reads as a whole
     */
    public record Foreseen(String sql, List<ForeseenLock> locks, List<String> rewrites, List<String> scans) {}

    /** @param relation with its schema */
    public record ForeseenLock(String relation, LockMode mode) {}

    /**
     * A step, one way.
     *
     * @param disagreements what was seen otherwise than it was foreseen, in sentences; empty where nothing was seen
     */
    public record Beside(Way way, int phase, String step, List<Foreseen> foreseen, List<String> disagreements) {}

    /** All rehearsals of one revision; the plan is judged once. */
    public Map<Long, List<Beside>> of(PlanRevision revision, Collection<Rehearsal> rehearsals) {
        Map<Integer, List<ReadStatement>> read = new TreeMap<>();
        Map<Long, List<Beside>> all = new TreeMap<>();
        rehearsals.forEach(one -> {
            List<ReadStatement> statements = read.computeIfAbsent(one.report().serverVersion(),
                    version -> read(revision, version));
            all.put(one.id(), one.report().legs().stream()
                    .flatMap(leg -> leg.steps().stream().map(step -> beside(leg, step, statements))).toList());
        });
        return all;
    }

    /** @param version major version of a server, or 0 for the oldest that there is */
    List<ReadStatement> read(PlanRevision revision, int version) {
        return judgement.judge(plans.text(revision), new Terms(version == 0 ? Terms.OLDEST : version, null, false))
                .statements();
    }

    /** What is foreseen of a step, one way. */
    static List<Foreseen> foreseen(List<ReadStatement> statements, boolean back, String step) {
        return of(statements, back, step).stream().map(Foresight::foreseen).toList();
    }

    private static List<ReadStatement> of(List<ReadStatement> statements, boolean back, String step) {
        String direction = back ? "rollback" : "forward";
        return statements.stream().filter(each -> step.equals(each.step()) && each.direction().equals(direction))
                .toList();
    }

    private static Beside beside(Leg leg, StepSeen step, List<ReadStatement> statements) {
        List<ReadStatement> mine = of(statements, leg.way() == Way.DOWN, step.step());
        StepObservation seen = step.seen();
        // whatever a backfill or an empty list of statements did, nobody foresaw it statement by statement
        boolean compared = seen != null && step.kind().equals("sql") && !mine.isEmpty() && step.state().equals("DONE");
        return new Beside(leg.way(), leg.phase(), step.step(), mine.stream().map(Foresight::foreseen).toList(),
                compared ? disagreements(mine, Objects.requireNonNull(seen)) : List.of());
    }

    private static Foreseen foreseen(ReadStatement statement) {
        Facts facts = statement.facts();
        return new Foreseen(statement.sql(),
                facts.locks().stream().map(lock -> new ForeseenLock(name(lock.relation()), lock.mode())).toList(),
                facts.rewrites().stream().map(Foresight::name).toList(),
                facts.scans().stream().map(Foresight::name).toList());
    }

    private static List<String> disagreements(List<ReadStatement> statements, StepObservation seen) {
        List<String> found = new ArrayList<>();
        Map<String, LockMode> foreseen = strongest(statements.stream().flatMap(each -> each.facts().locks().stream())
                .map(lock -> Map.entry(name(lock.relation()), lock.mode())));
        Map<String, LockMode> observed = strongest(seen.locks().stream()
                .map(lock -> Map.entry(lock.relation(), lock.mode())));
        observed.forEach((relation, mode) -> {
            LockMode expected = foreseen.get(relation);
            boolean unknown = expected == null && isIndex(seen, relation);
            if (felt(mode) && !unknown && (expected == null || mode.compareTo(expected) > 0)) {
                found.add("%s on %s was taken; foreseen was %s".formatted(mode.word(), relation, word(expected)));
            }
        });
        foreseen.forEach((relation, mode) -> {
            LockMode taken = observed.get(relation);
            // what was sampled may have been missed, and what was not seen at all may have been made by the step
            if (felt(mode) && taken != null && taken.compareTo(mode) < 0 && exact(seen, relation)) {
                found.add("%s on %s was foreseen; no more than %s was taken".formatted(mode.word(), relation,
                        taken.word()));
            }
        });
        found.addAll(rewrites(statements, seen));
        found.addAll(scans(statements, seen));
        return found;
    }

    /**
     * Of tables that are locked meanwhile. A foreign key is looked up by whatever way the planner finds best, so what its
     * statement reads of the two tables depends on the rows, like what queries read. A table that is made anew is read in passing.
     */
    private static List<String> scans(List<ReadStatement> statements, StepObservation seen) {
        TreeSet<String> foreseen = new TreeSet<>();
        TreeSet<String> sure = new TreeSet<>();
        for (ReadStatement each : statements) {
            List<String> scans = each.facts().scans().stream().map(Foresight::name).toList();
            foreseen.addAll(scans);
            if (each.facts().locks().stream().map(lock -> name(lock.relation())).distinct().count() == 1) {
                sure.addAll(scans);
            }
        }
        TreeSet<String> read = new TreeSet<>();
        for (StepObservation.Statement statement : seen.statements()) {
            if (statement.scans() == null) {
                return List.of();
            }
            statement.scans().forEach(scan -> read.add(scan.relation()));
        }
        TreeSet<String> locked = new TreeSet<>();
        seen.locks().stream().filter(lock -> felt(lock.mode()) && lock.kind().equals("table"))
                .forEach(lock -> locked.add(lock.relation()));
        List<String> found = new ArrayList<>();
        sure.removeAll(seen.rewritten());
        sure.stream().filter(name -> locked.contains(name) && !read.contains(name) && !seen.statements().isEmpty())
                .forEach(name -> found.add(name + " was foreseen to be read as a whole, and was not"));
        read.stream().filter(name -> foreseen.isEmpty() && locked.contains(name))
                .forEach(name -> found.add(name + " was read as a whole, which was not foreseen"));
        return found;
    }

    static String word(@Nullable LockMode mode) {
        return mode == null ? "none" : mode.word();
    }

    static Map<String, LockMode> strongest(Stream<Map.Entry<String, LockMode>> locks) {
        Map<String, LockMode> strongest = new TreeMap<>();
        locks.forEach(lock -> strongest.merge(lock.getKey(), lock.getValue(),
                (one, other) -> one.compareTo(other) >= 0 ? one : other));
        return strongest;
    }

    /** Whether another migration or the application would meet it. */
    static boolean felt(LockMode mode) {
        return mode.compareTo(LockMode.SHARE_UPDATE_EXCLUSIVE) >= 0;
    }

    private static boolean exact(StepObservation seen, String relation) {
        return seen.locks().stream().anyMatch(lock -> lock.relation().equals(relation) && lock.exact());
    }

    private static List<String> rewrites(List<ReadStatement> statements, StepObservation seen) {
        TreeSet<String> foreseen = new TreeSet<>();
        statements.forEach(each -> each.facts().rewrites().forEach(name -> foreseen.add(name(name))));
        TreeSet<String> known = new TreeSet<>(seen.rewritten());
        seen.locks().forEach(lock -> known.add(lock.relation()));
        List<String> found = new ArrayList<>();
        boolean whole = !foreseen.isEmpty();
        seen.rewritten().stream().filter(name -> !foreseen.contains(name) && !(whole && isIndex(seen, name)))
                .forEach(name -> found.add(name + " was made anew, which was not foreseen"));
        foreseen.stream().filter(name -> known.contains(name) && !seen.rewritten().contains(name))
                .forEach(name -> found.add(name + " was foreseen to be made anew, and was not"));
        return found;
    }

    /** The text alone does not tell which indexes a table has; they go with it. */
    private static boolean isIndex(StepObservation seen, String name) {
        return seen.locks().stream().anyMatch(lock -> lock.relation().equals(name) && lock.kind().equals("index"));
    }

    private static String name(QualifiedName name) {
        return name.resolved().sql();
    }
}
