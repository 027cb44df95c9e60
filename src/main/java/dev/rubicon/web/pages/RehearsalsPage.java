package dev.rubicon.web.pages;

import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.execution.StepState;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.Foresight;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.RehearsalKind;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.StepSeen;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.rehearsal.RehearsalReport.WayBack;
import dev.rubicon.rehearsal.RehearsalReport;
import dev.rubicon.rehearsal.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rehearsals of one revision, newest first.
 *
 * @param targets on whose shadows the reader may have it rehearsed
 * @param live whether one of them still moves
 */
record RehearsalsPage(String plan, int revision, String title, List<String> targets, List<Filling> classes,
        boolean live,
        List<Card> cards) {

    /**
     * @param now what it does, or why it came to nothing
     * @param back the word on the way back, or null before it was gone
     */
    record Card(long id, Sign sign, String evidenceClass, String proves, String target, String askedBy, Moment at,
            String took, String now, @Nullable Back back, @Nullable Writes writes, @Nullable String failure,
            boolean evidence, @Nullable Stands stands, List<String> notes, List<Line> lines) {}

    private static final String DRILL = "Shows whether the way back of the rollout still runs from what the target is now, and what it gives back of the schema. It is no evidence for an approval, and says nothing of data.";

    /** @param proves what evidence of this class shows, and what it does not */
    record Filling(String word, String proves) {}

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
     */
    record Line(String way, String phase, boolean first, String step, Sign sign, String took, String rows, String wal,
            String size, List<String> locks, List<String> more, List<String> foreseen, List<String> otherwise) {}

    static RehearsalsPage of(PlanRevision revision, List<Rehearsal> rehearsals,
            Map<Long, List<Foresight.Beside>> foreseen, List<String> targets, Instant now) {
        return new RehearsalsPage(revision.plan(), revision.revision(), revision.document().title(), targets,
                Arrays.stream(EvidenceClass.values()).map(each -> new Filling(each.word(), each.proves())).toList(),
                rehearsals.stream().anyMatch(one -> !one.state().ended()),
                rehearsals.stream().map(one -> card(one, foreseen.getOrDefault(one.id(), List.of()), now)).toList());
    }

    private static Card card(Rehearsal one, List<Foresight.Beside> foreseen, Instant now) {
        RehearsalReport report = one.report();
        RehearsalReport.Failure failure = report.failure();
        Instant started = one.startedAt();
        boolean drill = one.kind() == RehearsalKind.DRILL;
        return new Card(one.id(), Sign.of(one.state()),
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
                !drill && one.state().isEvidence(), stands(one.standing(), now), report.notes(),
                report.legs().stream().flatMap(leg -> leg.steps().stream()
                        .map(step -> line(leg, step, step == leg.steps().getFirst(), foreseen))).toList());
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

    private static Line line(Leg leg, StepSeen step, boolean first, List<Foresight.Beside> all) {
        Optional<Foresight.Beside> beside = all.stream().filter(each -> each.way() == leg.way()
                && each.phase() == leg.phase() && each.step().equals(step.step())).findFirst();
        StepObservation seen = step.seen();
        Sign sign = Sign.of(StepState.valueOf(step.state()));
        String rows = step.rows() < 0 ? "" : Amounts.count(step.rows());
        if (seen == null) {
            return new Line(words(leg.way()), leg.title(), first, step.step(), sign, "", rows, "", "", List.of(),
                    List.of(), List.of(), List.of());
        }
        return new Line(words(leg.way()), leg.title(), first, step.step(), sign, seen.millis() + " ms", rows,
                bytes(seen.walBytes()), bytes(seen.sizeBytes()),
                seen.locks().stream().filter(lock -> told(seen, lock)).map(RehearsalsPage::words).toList(),
                seen.rewritten().stream().map(name -> "made anew: " + name).toList(),
                beside.map(RehearsalsPage::foreseen).orElse(List.of()),
                beside.map(Foresight.Beside::disagreements).orElse(List.of()));
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
