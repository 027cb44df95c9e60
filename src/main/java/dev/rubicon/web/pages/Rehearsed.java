package dev.rubicon.web.pages;

import dev.rubicon.engine.StepObservation;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.RehearsalReport;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.StepSeen;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.rehearsal.RehearsalState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The newest rehearsal that passed, as other pages speak of it.
 *
 * @param words which one it is, like {@code #3, synthetic rows, on shop-eu}
 * @param moved what has moved on its target since, in sentences
 * @param looked when that was last looked at, or when it ended
 */
record Rehearsed(long number, String words, String target, String href, Moment at, List<String> moved, Moment looked,
        RehearsalReport report) {

    /** How long the way back of a phase took; {@code took} is empty where there was nothing to undo. */
    record Back(String took, Rehearsed by) {}

    static @Nullable Rehearsed of(List<Rehearsal> newestFirst, Instant now) {
        return newestFirst.stream().filter(one -> one.state() == RehearsalState.PASSED).findFirst()
                .map(one -> of(one, now)).orElse(null);
    }

    /** Of those on one of the targets. */
    static @Nullable Rehearsed of(List<Rehearsal> newestFirst, Collection<String> targets, Instant now) {
        return of(newestFirst.stream().filter(one -> targets.contains(one.target())).toList(), now);
    }

    private static Rehearsed of(Rehearsal one, Instant now) {
        return new Rehearsed(one.id(), "#%d, %s, on %s".formatted(one.id(), one.evidenceClass().word(), one.target()),
                one.target(), href(one.plan(), one.revision(), one.id()),
                Moment.of(ended(one), now), one.standing() == null ? List.of() : one.standing().moved(),
                Moment.of(one.standing() == null ? ended(one) : one.standing().lookedAt(), now), one.report());
    }

    private static Instant ended(Rehearsal one) {
        return Objects.requireNonNullElse(one.endedAt(), one.askedAt());
    }

    static String href(String plan, int revision, Object rehearsal) {
        return "/plans/%s/revisions/%d/rehearsals#rehearsal-%s".formatted(plan, revision, rehearsal);
    }

    public boolean stale() {
        return !moved.isEmpty();
    }

    private Stream<Leg> down() {
        return report.legs().stream().filter(leg -> leg.way() == Way.DOWN);
    }

    /** The way back of one phase, or null where it was not rehearsed. */
    @Nullable
    Back back(int phase) {
        List<Leg> legs = down().filter(leg -> leg.phase() == phase).toList();
        return legs.isEmpty() ? null : new Back(took(legs), this);
    }

    /** How long all phases from this one on took to undo, or an empty text where none was rehearsed. */
    String took(int toPhase) {
        List<Leg> legs = down().filter(leg -> leg.phase() >= toPhase).toList();
        return legs.isEmpty() ? "" : Amounts.duration(Duration.ofMillis(legs.stream().mapToLong(Leg::millis).sum()));
    }

    private static String took(List<Leg> legs) {
        boolean did = legs.stream().flatMap(leg -> leg.steps().stream()).anyMatch(step -> step.seen() != null);
        return did ? Amounts.duration(Duration.ofMillis(legs.stream().mapToLong(Leg::millis).sum())) : "";
    }

    /**
     * What was seen of a step that way: how long it took and which locks it held, a line each; empty where nothing was
     * looked at.
     */
    List<String> seen(String step, boolean forward) {
        StepObservation seen = report.legs().stream().filter(leg -> forward == (leg.way() != Way.DOWN))
                .flatMap(leg -> leg.steps().stream()).filter(each -> each.step().equals(step)).map(StepSeen::seen)
                .filter(Objects::nonNull).findFirst().orElse(null);
        return seen == null
                ? List.of()
                : Stream.concat(Stream.of("took " + seen.millis() + " ms"), RehearsalsPage.locks(seen).stream())
                        .toList();
    }
}
