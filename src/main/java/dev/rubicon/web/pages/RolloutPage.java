package dev.rubicon.web.pages;

import dev.rubicon.gate.Gates;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.rollout.PhaseState;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that the rollout's page shows.
 *
 * @param until what the way back holds until, or how it stands behind the river
 * @param waiting the phases that wait, each with all its blockers; the next one first
 * @param live whether events are still to be expected
 */
record RolloutPage(long id, String plan, int revision, String title, String environment, String digest,
        String shortDigest, Sign sign, String tabTitle, String tone, String note, String openedBy, Moment openedAt,
        @Nullable Moment endedAt, String fleet, String until, boolean beyond, PrimaryAct act, List<Waiting> waiting,
        Rail rail, Matrix matrix, List<RunCard> cards, List<Vote> votes, Operations operations, long lastEvent,
        boolean live) {

    /** @param gates like {@code 3 of 5 gates open} */
    record Waiting(int phase, String title, boolean next, boolean beyond, String gates, List<Obstacle> obstacles) {}

    /**
     * A decision that was made.
     *
     * @param rests the rehearsal that lay before whoever made it, or that there was none
     * @param evidence where that rehearsal is to be seen, or null
     * @param back where this reader, who approved, may still reject, or null
     */
    record Vote(String phase, boolean approved, String by, String comment, boolean crossing, Moment at, String rests,
            @Nullable String evidence, @Nullable String back) {

        static Vote of(RolloutView rollout, RolloutView.PhaseView phase, Gates.Approval vote,
                @Nullable Actor actor, Instant now) {
            return new Vote(phase.title(), vote.decision() == Gates.Decision.APPROVE, vote.by(),
                    Objects.requireNonNullElse(vote.comment(), ""), vote.crossing(), Moment.of(vote.at(), now),
                    rests(vote).isEmpty() ? "no rehearsal" : rests(vote),
                    vote.evidence().get("rehearsal") instanceof Map<?, ?> evidence
                            ? Rehearsed.href(rollout.plan(), rollout.revision(),
                                    String.valueOf(evidence.get("rehearsal")))
                            : null,
                    actor != null && vote.by().equals(actor.name()) && PrimaryAct.mayTakeBack(rollout, phase, actor)
                            ? "/rollouts/%d/phases/%d/approve".formatted(rollout.id(), phase.index())
                            : null);
        }

        private static String rests(Gates.Approval vote) {
            return vote.evidence().get("rehearsal") instanceof Map<?, ?> evidence
                    ? "rehearsal #%s, %s".formatted(evidence.get("rehearsal"), evidence.get("class"))
                    : "";
        }

        static String word(Gates.Approval vote) {
            return vote.decision() == Gates.Decision.APPROVE ? "approved" : "rejected";
        }

        /** On which evidence, or an empty text. */
        static String on(Gates.Approval vote) {
            return rests(vote).isEmpty() ? "" : ", on " + rests(vote);
        }
    }

    /**
     * What an operator may do now, and whoever else is asked for a go.
     *
     * @param operator whether it may be steered by this reader
     * @param begun whether there is something that could be rolled back, by whoever may
     * @param speed of its backfills, in percent
     * @param goes the named goes that are missing and theirs to give
     */
    record Operations(boolean operator, boolean begun, boolean pause, boolean resume, boolean cancel, boolean rollback,
            int speed,
            boolean deployment, boolean backup, List<Go> goes, List<Application> applications, List<String> targets) {}

    record Go(int phase, String phaseTitle, String name, String message) {}

    /** An application that gates of this plan ask for. */
    record Application(String name, String hint) {}

    /**
     * @param cards what moves or failed, most urgent first
     * @param rehearsed the newest rehearsal on one of its targets that passed, or null
     */
    static RolloutPage of(RolloutView rollout, PlanRevision revision, List<RunCard> cards, Matrix matrix,
            boolean reports, @Nullable Rehearsed rehearsed, Actor actor, Instant now) {
        PrimaryAct act = PrimaryAct.of(rollout, actor);
        Sign sign = Sign.of(rollout.state());
        return new RolloutPage(rollout.id(), rollout.plan(), rollout.revision(), rollout.title(),
                rollout.environment(), rollout.digest(), Amounts.shortDigest(rollout.digest()), sign,
                tabTitle(rollout, act, sign), tone(rollout, act), rollout.note() == null ? "" : rollout.note(),
                rollout.openedBy(), Moment.of(rollout.openedAt(), now), Moment.ofNullable(rollout.endedAt(), now),
                fleet(rollout), until(rollout), !rollout.crossed().isEmpty(), act,
                waiting(rollout, revision, actor, now), Rail.of(rollout, revision, rehearsed), matrix, cards,
                votes(rollout, actor, now), operations(rollout, revision, reports, actor), rollout.lastEvent(),
                !rollout.state().ended());
    }

    private static String tabTitle(RolloutView rollout, PrimaryAct act, Sign sign) {
        return (act.mine() ? "● waits for you" : sign.word()) + ": " + rollout.plan();
    }

    /** The colour of the tab's icon. */
    private static String tone(RolloutView rollout, PrimaryAct act) {
        if (rollout.state() == RolloutState.FAILED || rollout.state() == RolloutState.ROLLBACK_FAILED) {
            return "bad";
        }
        return act.mine() ? "hold" : Sign.of(rollout.state()).tone();
    }

    private static String fleet(RolloutView rollout) {
        long waves = rollout.targets().stream().map(RolloutView.TargetView::wave).distinct().count();
        return Amounts.count(rollout.targets().size(), "target") + (waves > 1 ? " in " + waves + " waves" : "");
    }

    static String until(RolloutView rollout) {
        var river = rollout.pointOfNoReturn();
        if (river == null) {
            return "Reversible to the end: every step has a way back";
        }
        int crossed = rollout.crossed().size();
        if (crossed == rollout.targets().size()) {
            return "Past the point of no return on every target";
        }
        return crossed > 0
                ? "Past the point of no return on %d of %d targets".formatted(crossed, rollout.targets().size())
                : "Reversible until " + rollout.phases().get(river.phase()).title();
    }

    private static List<Waiting> waiting(RolloutView rollout, PlanRevision revision, Actor actor, Instant now) {
        if (!rollout.state().goesForward()) {
            return List.of();
        }
        List<Waiting> waiting = new ArrayList<>();
        for (RolloutView.PhaseView phase : rollout.phases()) {
            if (phase.state() == PhaseState.WAITING && !phase.blockers().isEmpty()) {
                List<Obstacle> obstacles = phase.blockers().stream()
                        .map(blocker -> Obstacle.of(blocker, rollout, phase.index(), actor, now)).toList();
                waiting.add(new Waiting(phase.index(), phase.title(), waiting.isEmpty(), phase.overTheRiver(),
                        gates(phase, revision.document().phases().get(phase.index())), obstacles));
            }
        }
        return waiting;
    }

    private static String gates(RolloutView.PhaseView phase, Phase planned) {
        int all = GateWords.number(planned, phase.approvalsNeeded());
        long shut = phase.blockers().stream().map(blocker -> blocker.type()).distinct().count();
        return shut > all ? "" : "%d of %s open".formatted(all - shut, Amounts.count(all, "gate"));
    }

    private static List<Vote> votes(RolloutView rollout, Actor actor, Instant now) {
        return rollout.phases().stream().flatMap(phase -> phase.approvals().stream()
                .map(vote -> Vote.of(rollout, phase, vote, actor, now)))
                .toList();
    }

    /** A rollout that runs is cancelled first, by the same click. */
    private static boolean reversible(RolloutState state) {
        return switch (state) {
            case WAITING, RUNNING, PAUSING, PAUSED, FAILED, CANCELLED, DONE, ROLLED_BACK -> true;
            case CANCELLING, ROLLING_BACK, ROLLBACK_FAILED -> false;
        };
    }

    private static Operations operations(RolloutView rollout, PlanRevision revision, boolean reports, Actor actor) {
        String environment = rollout.environment();
        boolean operator = actor.may(Permission.OPERATE, environment);
        RolloutState state = rollout.state();
        boolean begun = rollout.targets().stream().flatMap(target -> target.phases().stream())
                .anyMatch(cell -> cell.state() != null);
        boolean open = !state.ended();
        return new Operations(operator, begun && reversible(state), operator && state.leadsTo(RolloutState.PAUSED)
                || operator && state == RolloutState.RUNNING, operator && state == RolloutState.PAUSED,
                operator && (state.leadsTo(RolloutState.CANCELLED) || state.leadsTo(RolloutState.CANCELLING)),
                operator && begun && reversible(state), (int) Math.round(rollout.speed() * 100),
                open && reports && actor.may(Permission.REPORT_DEPLOYMENT, environment),
                open && reports && actor.may(Permission.REPORT_BACKUP, environment),
                state.goesForward() ? goes(rollout, actor) : List.of(), applications(revision),
                rollout.targets().stream().map(RolloutView.TargetView::target).toList());
    }

    private static List<Go> goes(RolloutView rollout, Actor actor) {
        return rollout.phases().stream().flatMap(phase -> phase.blockers().stream()
                .filter(blocker -> blocker.type().equals("manual")
                        && Gates.mayGive(blocker, actor, rollout.environment()))
                .map(blocker -> new Go(phase.index(), phase.title(),
                        String.valueOf(blocker.facts().getOrDefault("name", "go")), blocker.message())))
                .toList();
    }

    private static List<Application> applications(PlanRevision revision) {
        return revision.document().phases().stream().map(Phase::after)
                .flatMap(after -> java.util.stream.Stream.of(after.deployment(), after.absent()))
                .filter(versions -> versions != null)
                .map(versions -> new Application(versions.application(), versions.version()))
                .collect(java.util.stream.Collectors.toMap(Application::name, app -> app, (one, other) -> one,
                        java.util.LinkedHashMap::new))
                .values().stream().toList();
    }
}
