package dev.rubicon.web.pages;

import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.TriggerCost;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.execution.StepState;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.registry.Target;
import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.Foresight;
import dev.rubicon.rehearsal.ProductionCheck;
import dev.rubicon.rehearsal.ProductionCheck.InProduction;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.RehearsalKind;
import dev.rubicon.rehearsal.RehearsalReport;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.StepSeen;
import dev.rubicon.rehearsal.RehearsalReport.WayBack;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.rehearsal.RehearsalState;
import dev.rubicon.rehearsal.Standing;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rehearsals of one revision, newest first.
 *
 * @param targets on whose shadows the reader may have it rehearsed
 * @param live whether one of them still moves
 */
record RehearsalsPage(String plan, int revision, String title, List<String> targets, List<Filling> classes,
        boolean live, List<Card> cards, int revisions, int rollouts, String tabTitle, String tone) {

    /**
     * @param now what it does, or why it came to nothing
     * @param back the word on the way back, or null before it was gone
     * @param mayLook whether this reader may look whether it still holds
     */
    record Card(long id, Sign sign, String evidenceClass, String proves, String target, String askedBy, Moment at,
            String took, String now, @Nullable Back back, @Nullable Writes writes, @Nullable String failure,
            boolean mayLook, @Nullable Stands stands, List<String> notes, List<Line> lines) {}

    private static final String DRILL = "Shows whether the way back of the rollout still runs from what the target is now, and what it gives back of the schema. It is no evidence for an approval, and says nothing of data.";

    /**
     * @param proves what evidence of this class shows, and what it does not
     * @param offered whether the reader may ask for it on any of the targets
     * @param whom who may, where the reader may not on all of them; else an empty text
     */
    record Filling(String word, String proves, boolean offered, String whom) {

        static Filling of(EvidenceClass each, List<Target> targets, Actor actor) {
            List<String> all = targets.stream().map(Target::environment).distinct().sorted().toList();
            List<String> may = all.stream().filter(environment -> actor.may(each.permission(), environment)).toList();
            String whom = each.permission() != Permission.OPERATE || may.size() == all.size()
                    ? ""
                    : may.isEmpty()
                            ? "Operators of the target's environment may ask for it."
                            : "You may ask for it in %s; elsewhere operators of the environment may."
                                    .formatted(String.join(", ", may));
            return new Filling(each.word(), each.proves(), !may.isEmpty(), whom);
        }
    }

    /** @param moved since it was rehearsed */
    record Stands(Moment at, List<String> moved) {}

    /** @param objects of the schema that are not as they were */
    record Back(boolean holds, String words, List<RehearsalReport.Difference> objects, List<String> data) {}

    /**
     * What was written between the phases as the application would.
     *
     * @param lost what is not as it was written, in sentences
     */
    record Writes(boolean holds, String words, List<String> lost, List<String> untested) {}

    /**
     * A step, one way.
     *
     * @param foreseen what the analysis says of its statements, a line each
     * @param otherwise what was seen otherwise
     * @param production or null where nothing was seen of it
     */
    record Line(String way, String phase, boolean first, String step, Sign sign, String took, String rows, String wal,
            String size, List<String> locks, List<String> more, List<String> foreseen, List<String> otherwise,
            @Nullable Production production) {}

    /**
     * The same step on targets.
     *
     * @param on how many
     * @param otherwise what was seen otherwise than it was rehearsed or foreseen
     */
    record Production(String on, List<String> locks, List<String> otherwise) {}

    /** How many there are of what the other tabs show. */
    record Beside(int revisions, int rollouts) {}

    static RehearsalsPage of(PlanRevision revision, List<Rehearsal> rehearsals,
            Map<Long, List<Foresight.Beside>> foreseen, List<InProduction> production, List<Target> targets,
            Beside beside, Actor actor, Instant now) {
        Sign newest = rehearsals.isEmpty() ? new Sign("dot", "soft", "not rehearsed") : sign(rehearsals.getFirst());
        return new RehearsalsPage(revision.plan(), revision.revision(), revision.document().title(),
                targets.stream().filter(target -> Arrays.stream(EvidenceClass.values())
                        .anyMatch(each -> actor.may(each.permission(), target.environment()))).map(Target::name)
                        .toList(),
                Arrays.stream(EvidenceClass.values()).map(each -> Filling.of(each, targets, actor)).toList(),
                rehearsals.stream().anyMatch(one -> !one.state().ended()),
                rehearsals.stream().map(one -> card(one, foreseen.getOrDefault(one.id(), List.of()), production, actor,
                        now)).toList(),
                beside.revisions, beside.rollouts, "rehearsal " + newest.word() + ": " + revision.plan(),
                newest.tone());
    }

    /** What passed and went stale since is no evidence any more. */
    private static Sign sign(Rehearsal one) {
        return one.state() == RehearsalState.PASSED && !one.counts()
                ? new Sign("warn", "hold", "stale")
                : Sign.of(one.state());
    }

    private static Card card(Rehearsal one, List<Foresight.Beside> foreseen, List<InProduction> production,
            Actor actor, Instant now) {
        RehearsalReport report = one.report();
        RehearsalReport.Failure failure = report.failure();
        Instant started = one.startedAt();
        boolean drill = one.kind() == RehearsalKind.DRILL;
        return new Card(one.id(), sign(one),
                drill
                        ? "drill of rollout #%d, %s".formatted(one.rollout(), one.evidenceClass().word())
                        : one.evidenceClass().word(),
                drill ? DRILL : one.evidenceClass().proves(),
                one.target(), one.askedBy(), Moment.of(one.askedAt(), now),
                started == null
                        ? ""
                        : Amounts.duration(Duration.between(started,
                                Objects.requireNonNullElse(one.endedAt(), now))),
                one.message(), back(report.wayBack()), writes(report),
                failure == null
                        ? null
                        : "%s, step %s: %s".formatted(words(failure.way()), failure.step(),
                                failure.message()),
                !drill && one.state().isEvidence() && one.mayBeLookedAtBy(actor), stands(one.standing(), now),
                report.notes(),
                report.legs().stream().flatMap(leg -> leg.steps().stream()
                        .map(step -> line(one.evidenceClass(), leg, step, foreseen, production))).toList());
    }

    private static @Nullable Stands stands(@Nullable Standing standing, Instant now) {
        return standing == null ? null : new Stands(Moment.of(standing.lookedAt(), now), standing.moved());
    }

    private static @Nullable Back back(@Nullable WayBack back) {
        if (back == null) {
            return null;
        }
        String took = "It took " + Amounts.duration(Duration.ofMillis(back.millis())) + ". ";
        String rows = back.rows() == 0
                ? "The tables held no rows, so nothing is said of data."
                : "Compared: %s in %s.".formatted(Amounts.count(back.rows(), "row"),
                        Amounts.count(back.tables(), "table"));
        String verdict = back.schema().isEmpty() && back.data().isEmpty()
                ? "The way back gives back what was there. "
                : back.holds()
                        ? "The way back gives back the schema, and loses data as the plan says. "
                        : "The way back does not give back what was there. ";
        return new Back(back.holds(), verdict + took + rows, back.schema(), back.data());
    }

    private static @Nullable Writes writes(RehearsalReport report) {
        RehearsalReport.Played played = report.played();
        if (played == null) {
            return null;
        }
        int rows = played.written().stream().mapToInt(each -> each.inserted() + each.updated() + each.deleted()).sum();
        String wrote = "Between the phases %s written as the old and the new application would. ".formatted(
                rows == 1 ? "1 row was" : rows + " rows were");
        String verdict = report.wayBack() == null
                ? ""
                : played.losses().isEmpty()
                        ? "The way back keeps what they wrote."
                        : played.holds()
                                ? "The way back loses what the plan says."
                                : "The way back loses what the plan does not say.";
        return new Writes(played.holds(), wrote + verdict,
                played.losses().stream().map(RehearsalReport.Lost::words).toList(), played.untested());
    }

    private static String words(Way way) {
        return switch (way) {
            case UP -> "Up";
            case DOWN -> "Down";
            case UP_AGAIN -> "Up again";
        };
    }

    private static Line line(EvidenceClass evidenceClass, Leg leg, StepSeen step, List<Foresight.Beside> all,
            List<InProduction> production) {
        boolean first = step == leg.steps().getFirst();
        Optional<Foresight.Beside> beside = all.stream().filter(each -> each.way() == leg.way()
                && each.phase() == leg.phase() && each.step().equals(step.step())).findFirst();
        StepObservation seen = step.seen();
        Sign sign = Sign.of(StepState.valueOf(step.state()));
        String rows = step.rows() < 0 ? "" : Amounts.count(step.rows());
        if (seen == null) {
            return new Line(words(leg.way()), leg.title(), first, step.step(), sign, "", rows, "", "", List.of(),
                    List.of(), List.of(), List.of(), null);
        }
        List<Foresight.Foreseen> foreseen = beside.map(Foresight.Beside::foreseen).orElse(List.of());
        return new Line(words(leg.way()), leg.title(), first, step.step(), sign, seen.millis() + " ms", rows,
                bytes(seen.walBytes()), bytes(seen.sizeBytes()),
                locks(seen),
                Stream.of(seen.rewritten().stream().map(name -> "made anew: " + name), scans(seen),
                        Stream.ofNullable(step.trigger()).map(cost -> trigger(cost, evidenceClass)))
                        .flatMap(each -> each).toList(),
                beside.map(RehearsalsPage::foreseen).orElse(List.of()),
                beside.map(Foresight.Beside::disagreements).orElse(List.of()),
                production.stream().filter(each -> each.ofLeg(leg.way(), leg.phase(), step.step())).findFirst()
                        .map(each -> production(each, seen, foreseen)).orElse(null));
    }

    private static Production production(InProduction seen, StepObservation rehearsed,
            List<Foresight.Foreseen> foreseen) {
        return new Production("on " + Amounts.count(seen.targets(), "target"), LocksTable.lines(seen.seen()),
                ProductionCheck.disagreements(foreseen, List.of(rehearsed), seen.seen()));
    }

    private static String trigger(TriggerCost cost, EvidenceClass evidenceClass) {
        if (cost.unmeasured() != null) {
            return "what its trigger costs was not measured on %s: %s".formatted(evidenceClass.word(),
                    cost.unmeasured());
        }
        String more = cost.moreMicros() > 0
                ? String.format(Locale.ROOT, "%.1f µs more (%d %% of a plain UPDATE)", cost.moreMicros(),
                        cost.percent())
                : "no more than a plain UPDATE, as far as could be told";
        return "a row written costs %s; measured over %s on %s".formatted(more, Amounts.count(cost.rows(), "row"),
                evidenceClass.word());
    }

    private static Stream<String> scans(StepObservation seen) {
        return seen.statements().stream().flatMap(statement -> Objects.requireNonNullElse(statement.scans(),
                List.<StepObservation.Scan>of()).stream())
                .collect(Collectors.groupingBy(StepObservation.Scan::relation, TreeMap::new,
                        Collectors.summingLong(StepObservation.Scan::rows)))
                .entrySet().stream()
                .map(each -> "read as a whole: %s, %s".formatted(each.getKey(), Amounts.count(each.getValue(), "row")));
    }

    /** The locks on what was there, a line each. */
    static List<String> locks(StepObservation seen) {
        return seen.locks().stream().filter(lock -> told(seen, lock)).map(RehearsalsPage::words).toList();
    }

    private static List<String> foreseen(Foresight.Beside beside) {
        return beside.foreseen().stream().flatMap(statement -> Stream.of(
                statement.locks().stream().filter(lock -> lock.mode().compareTo(LockMode.ROW_EXCLUSIVE) >= 0)
                        .map(lock -> lock.mode().word() + " on " + lock.relation()),
                statement.rewrites().stream().map(name -> "makes anew " + name),
                statement.scans().stream().map(name -> "reads all of " + name)).flatMap(each -> each)).distinct()
                .toList();
    }

    /** Of the locks on one relation, the strongest holds off all that the others do; reading holds off next to nobody. */
    private static boolean told(StepObservation seen, StepObservation.Lock lock) {
        return lock.mode() != LockMode.ACCESS_SHARE && seen.locks().stream()
                .filter(other -> other.relation().equals(lock.relation())).findFirst().orElse(lock).equals(lock);
    }

    private static String words(StepObservation.Lock lock) {
        String holdsOff = lock.mode().blocksReads()
                ? ", holds off reads and writes"
                : lock.mode().blocksWrites() ? ", holds off writes" : "";
        return "%s on %s %s, %s%s%s".formatted(lock.mode().word(), lock.kind(), lock.relation(),
                lock.exact() ? "at most " : "about ", lock.heldMillis() + " ms", holdsOff);
    }

    private static String bytes(long bytes) {
        long size = Math.abs(bytes);
        String sign = bytes < 0 ? "−" : "";
        return size < 1024
                ? sign + size + " B"
                : size < 1024 * 1024
                        ? sign + String.format(Locale.ROOT, "%.0f kB", size / 1024.0)
                        : sign + String.format(Locale.ROOT, "%.1f MB", size / 1024.0 / 1024.0);
    }
}
